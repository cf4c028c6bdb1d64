import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import classes from './Loaded.module.css';
import { Loading } from './Loading';
import { ProblemNote } from './ProblemNote';

export interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch' | 'isPending'>;
  /** What is loaded, in the plural or with its article: "the webhooks". */
  what: string;
  /** Lines that are drawn meanwhile. */
  lines?: number;
  children: (data: T) => ReactNode;
}

/** The answer of a query; until it is there what is on its way, and why it is not coming. Older data stays when a reload fails. */
export function Loaded<T>({ query, what, lines = 6, children }: LoadedProps<T>) {
  const problem = query.error && (
    <div className={classes.problem}>
      <ProblemNote error={query.error} title={`Could not load ${what}`} retry={() => void query.refetch()} />
    </div>
  );
  if (query.data === undefined) return problem || <Loading label={`Loading ${what}`} lines={lines} />;
  return (
    <>
      {problem}
      {children(query.data)}
    </>
  );
}
