import type { ReactNode } from 'react';
import classes from './Facts.module.css';

export interface FactsProps {
  /** Name and value; those without a value are left out. */
  facts: [name: string, value: ReactNode][];
}

/** Names and values, side by side; below each other on phones. */
export function Facts({ facts }: FactsProps) {
  return (
    <dl className={classes.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
