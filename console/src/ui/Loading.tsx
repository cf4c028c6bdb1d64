import { Skeleton } from '@mantine/core';

export interface LoadingProps {
  /** What is being loaded, for those who can't see it. */
  label?: string;
  /** Lines that are drawn. */
  lines?: number;
}

/** Stands in for content that is on its way. */
export function Loading({ label = 'Loading', lines = 6 }: LoadingProps) {
  return (
    <div role="status">
      <span className="hs-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => `line ${line}`).map((line) => (
        <Skeleton key={line} height={28} mb={10} />
      ))}
    </div>
  );
}
