import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './Tile.module.css';

export interface TileProps {
  name: string;
  /** The number, or what stands in for it. */
  value: ReactNode;
  /** One line of what it is made of, or means. */
  detail?: ReactNode;
  /** Colours the value: something to look at. */
  kind?: 'bad' | 'warn' | 'good' | undefined;
  /** Where more about it is. */
  href?: string | undefined;
  children?: ReactNode;
}

/** One figure of the overview. */
export function Tile({ name, value, detail, kind, href, children }: TileProps) {
  return (
    <div className={classes.tile}>
      <dt className={classes.name}>
        {href ? (
          <Link href={href} className={classes.link ?? ''}>
            {name}
          </Link>
        ) : (
          name
        )}
      </dt>
      <dd className={classes.value} data-kind={kind}>
        {value}
      </dd>
      {detail && <dd className={classes.detail}>{detail}</dd>}
      {children && <dd className={classes.chart}>{children}</dd>}
    </div>
  );
}
