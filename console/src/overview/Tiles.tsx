import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { count, share } from '@/lib/numbers';
import { duration } from '@/lib/time';
import { Time } from '@/ui/Time';
import { useNow } from '@/ui/useNow';
import { Bars } from './Bars';
import { lastDayQuery } from './queries';
import { Tile } from './Tile';
import classes from './Tiles.module.css';

/** Below this share of deliveries that worked, the rate is marked. */
const FEW = 0.99;

/** How things stand, in figures. */
export function Tiles({ overview }: { overview: Schemas['Overview'] }) {
  const { webhooks, waiting, running, oldest_in_progress: oldest, dead_letters } = overview;
  const off = [
    webhooks.failing > 0 && `${count(webhooks.failing)} failing`,
    webhooks.auto_disabled > 0 && `${count(webhooks.auto_disabled)} auto-disabled`,
    webhooks.disabled > 0 && `${count(webhooks.disabled)} disabled`,
  ].filter(Boolean);
  return (
    <dl className={classes.tiles}>
      <LastDay />
      <Tile
        name="Active webhooks"
        href="/webhooks"
        value={atLeast(webhooks.active, webhooks.complete)}
        detail={off.join(' · ') || 'none disabled'}
      />
      <Tile
        name="Waiting to retry"
        href="/events?status=in_progress"
        value={atLeast(waiting.count, waiting.complete)}
        kind={waiting.count > 0 ? 'warn' : undefined}
        detail={
          waiting.next_attempt_at ? (
            <>
              next <Time value={waiting.next_attempt_at} />
            </>
          ) : (
            'nothing waits'
          )
        }
      />
      <Oldest event={oldest} running={running} />
      {dead_letters && (
        <Tile
          name="Dead letters"
          value={count(dead_letters.count)}
          kind={dead_letters.count > 0 ? 'bad' : undefined}
          detail={dead_letters.count > 0 ? 'see below' : 'none'}
        />
      )}
    </dl>
  );
}

function Oldest({
  event,
  running,
}: {
  event: Schemas['Overview']['oldest_in_progress'];
  running: Schemas['Overview']['running'];
}) {
  const now = useNow();
  return (
    <Tile
      name="Oldest in progress"
      href={event ? `/webhooks/${event.config_id}/events/${event.event_id}` : undefined}
      value={event ? duration(Math.max(0, now.getTime() - Date.parse(event.created_at))) : '–'}
      detail={`${atLeast(running.count, running.complete)} being tried now`}
    />
  );
}

function LastDay() {
  const { data, isError, isPending, refetch } = useQuery(lastDayQuery);
  const totals = data?.totals;
  const rate = totals?.success_rate ?? null;
  return (
    <Tile
      name="Success rate, 24 h"
      value={isPending ? '…' : share(rate)}
      kind={rate === null ? undefined : rate < FEW ? 'bad' : 'good'}
      detail={
        totals ? (
          `${count(totals.accepted)} accepted · ${count(totals.failed)} failed`
        ) : isError ? (
          <>
            could not be loaded{' '}
            <Button size="compact-xs" variant="default" onClick={() => void refetch()}>
              Try again
            </Button>
          </>
        ) : undefined
      }
    >
      {data && <Bars buckets={data.buckets} />}
    </Tile>
  );
}

/** A count that may have been cut off. */
function atLeast(number: number, complete: boolean): string {
  return complete ? count(number) : `${count(number)}+`;
}
