import { Button, Group, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { count, plural } from '@/lib/numbers';
import { ReplayDialog } from '@/replays/ReplayDialog';
import { Empty } from '@/ui/Empty';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { ProblemNote } from '@/ui/ProblemNote';
import classes from './EventList.module.css';
import { EventTable } from './EventTable';
import type { EventFilter } from './filter';
import type { Row } from './listing';
import { useListing } from './useListing';

export interface EventListProps {
  filter: EventFilter;
  /** Whether anything but the page narrows the list. */
  filtered: boolean;
  /** Names by id; left out on the page of one webhook. */
  webhooks?: ReadonlyMap<string, string>;
}

/** Events as they come in, which can be chosen and replayed. For one filter: it is this component's key. */
export function EventList({ filter, filtered, webhooks }: EventListProps) {
  const [live, setLive] = useState(true);
  const [pointed, setPointed] = useState(false);
  const [focused, setFocused] = useState(false);
  const [chosen, setChosen] = useState<ReadonlyMap<string, Row>>(new Map());
  const [replaying, setReplaying] = useState<Row[] | null>(null);
  const { newest, listing, waiting, older } = useListing(filter, live, pointed || focused || chosen.size > 0);
  const ids = useMemo(() => new Set(chosen.keys()), [chosen]);
  const rows = listing?.rows ?? [];
  const ended = rows.filter((row) => row.status !== 'in_progress');

  const toggle = (row: Row, on: boolean) =>
    setChosen((before) => {
      const after = new Map(before);
      if (on) after.set(row.event_id, row);
      else after.delete(row.event_id);
      return after;
    });

  return (
    <>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<Icon name={live ? 'pause' : 'play'} size={14} />}
            onClick={() => setLive(!live)}
          >
            {live ? 'Pause' : 'Resume'}
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {waiting > 0
              ? `${plural(waiting, 'new event')} ${waiting === 1 ? 'waits' : 'wait'} until you move off the list`
              : !live
                ? 'Paused'
                : newest.isError
                  ? 'Not up to date: trying again'
                  : 'Live: new events appear by themselves'}
          </Text>
        </Group>
        {ended.length > 0 && (
          <Group gap="xs">
            {chosen.size < ended.length && (
              <Button
                variant="default"
                size="xs"
                onClick={() => setChosen(new Map(ended.map((row) => [row.event_id, row])))}
              >
                Choose all {count(ended.length)}
              </Button>
            )}
            {chosen.size > 0 && (
              <>
                <Button variant="default" size="xs" onClick={() => setChosen(new Map())}>
                  Choose none
                </Button>
                <Button
                  size="xs"
                  leftSection={<Icon name="repeat" size={14} />}
                  onClick={() => setReplaying([...chosen.values()])}
                >
                  Replay {count(chosen.size)} chosen
                </Button>
              </>
            )}
          </Group>
        )}
      </Group>
      <Loaded query={newest} what="the events" lines={10}>
        {() =>
          rows.length === 0 && listing?.end === null ? (
            <Empty title={filtered ? 'No event is like that' : 'No events yet'} icon={filtered ? 'search' : 'inbox'}>
              {filtered
                ? 'Another status, a longer time or another name may find it. Events are kept for a while only.'
                : 'They appear here as soon as they are triggered.'}
            </Empty>
          ) : (
            // biome-ignore lint/a11y/noStaticElementInteractions: rows don't move under the pointer, or under whoever goes through them by keyboard; nothing else happens here.
            <div
              className={classes.list}
              onPointerEnter={(event) => event.pointerType === 'mouse' && setPointed(true)}
              onPointerLeave={() => setPointed(false)}
              onFocus={() => setFocused(true)}
              onBlur={(event) => setFocused(event.currentTarget.contains(event.relatedTarget))}
            >
              <EventTable
                label="Events"
                rows={rows}
                selection={{ ids, toggle }}
                {...(listing && { fresh: listing.fresh })}
                {...(webhooks && { webhooks })}
              />
            </div>
          )
        }
      </Loaded>
      {older.error && (
        <ProblemNote
          error={older.error}
          title="Could not load older events"
          retry={() => listing?.end && older.mutate(listing.end)}
        />
      )}
      {listing && (rows.length > 0 || listing.end !== null) && (
        <Group justify="space-between" mt="sm">
          <Text size="sm" c="dimmed" role="status">
            {plural(rows.length, 'event')}
            {listing.end === null
              ? ', and no older ones'
              : rows.length === 0
                ? ' so far; older ones were not looked at'
                : ''}
          </Text>
          {listing.end !== null && (
            <Button
              variant="default"
              size="xs"
              loading={older.isPending}
              onClick={() => listing.end && older.mutate(listing.end)}
            >
              Older
            </Button>
          )}
        </Group>
      )}
      <ReplayDialog
        events={replaying}
        onClose={() => setReplaying(null)}
        onStarted={() => setChosen(new Map())}
        {...(webhooks && { webhooks })}
      />
    </>
  );
}
