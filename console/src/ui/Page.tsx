import { Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Icon } from './Icon';
import classes from './Page.module.css';

export interface PageProps {
  /** The `h1`, and the window's title. */
  title: string;
  /** Beside the title: a badge, a time. */
  aside?: ReactNode;
  /** One line below the title. */
  subtitle?: ReactNode;
  /** The page that this one is below. */
  back?: { href: string; name: string } | undefined;
  /** Buttons, on the right; below the title on phones. */
  actions?: ReactNode;
  children?: ReactNode;
}

let shown = 0;

/** A page: its heading, which gets the focus when the page was navigated to, its actions, and the content. */
export function Page({ title, aside, subtitle, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The first page of a visit leaves the focus where the browser puts it.
    if (shown++ > 0) heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }, []);
  useEffect(() => {
    document.title = `${title} · Hookstep`;
  }, [title]);
  return (
    <div className={classes.page}>
      {back && (
        <Link href={back.href} className={classes.back ?? ''}>
          <Icon name="chevron-left" size={14} />
          {back.name}
        </Link>
      )}
      <div className={classes.head}>
        <div className={classes.titles}>
          <div className={classes.line}>
            <Title order={1} ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {aside}
          </div>
          {subtitle && <div className={classes.subtitle}>{subtitle}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
