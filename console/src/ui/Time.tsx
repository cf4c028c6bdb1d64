import { Tooltip } from '@mantine/core';
import { ago, local, utc } from '@/lib/time';
import { useNow } from './useNow';

export interface TimeProps {
  /** RFC 3339, or null for a dash. */
  value: string | null | undefined;
  /** `relative`: "2 hr. ago"; `absolute`: date and time in the reader's zone. */
  format?: 'relative' | 'absolute';
}

/** A moment; pointing at it shows the date and time in the reader's zone and in UTC. */
export function Time({ value, format = 'relative' }: TimeProps) {
  const now = useNow();
  const moment = new Date(value ?? '');
  if (Number.isNaN(moment.getTime())) return <span>–</span>;
  return (
    <Tooltip
      label={
        <>
          {local(moment)}
          <br />
          {utc(moment)}
        </>
      }
    >
      <time dateTime={moment.toISOString()}>{format === 'relative' ? ago(moment, now) : local(moment)}</time>
    </Tooltip>
  );
}
