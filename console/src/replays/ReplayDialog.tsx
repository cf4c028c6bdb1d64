import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { Schemas } from '@/api/client';
import { quoted } from '@/lib/bidi';
import { count, plural } from '@/lib/numbers';
import { Icon } from '@/ui/Icon';
import { TextLink } from '@/ui/links';
import { notifyDone } from '@/ui/notify';
import { ProblemNote } from '@/ui/ProblemNote';
import { byWebhook, MOST_LISTED } from './byWebhook';
import { HowForm } from './HowForm';
import { type CountedGroup, countGroups, DEFAULT_HOW, newKey, replayEvent, startReplay } from './queries';
import { type Started, startGroups } from './startGroups';
import { leftOut } from './words';

type Chosen = Pick<Schemas['EventSummary'], 'config_id' | 'event_id'>;

export interface ReplayDialogProps {
  /** What is to be sent again; null: closed. */
  events: Chosen[] | null;
  onClose: () => void;
  /** Runs when it has begun. */
  onStarted?: () => void;
  /** Names by id, where events may be of several webhooks. */
  webhooks?: ReadonlyMap<string, string>;
}

/** Asks how events are sent again, says how many they are, and leads to what comes of it. */
export function ReplayDialog({ events, onClose, ...rest }: ReplayDialogProps) {
  const title = events?.length === 1 ? 'Replay the event' : `Replay ${plural(events?.length ?? 0, 'event')}`;
  return (
    <Modal opened={events !== null} onClose={onClose} title={title} size="lg">
      {events && <ReplayForm events={events} onClose={onClose} {...rest} />}
    </Modal>
  );
}

function ReplayForm({ events, onClose, onStarted, webhooks }: ReplayDialogProps & { events: Chosen[] }) {
  const [how, setHow] = useState(DEFAULT_HOW);
  const [key, setKey] = useState(newKey);
  const [begun, setBegun] = useState<Started[]>([]);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const groups = byWebhook(events);
  const tooMany = groups.some(({ event_ids }) => event_ids.length > MOST_LISTED);
  const one = events.length === 1 ? events[0] : undefined;

  const counted = useQuery({
    queryKey: ['events', 'count', groups],
    enabled: !one && !tooMany,
    staleTime: 0,
    queryFn: ({ signal }) => countGroups(groups, signal),
  });
  const possible = counted.data?.filter((group) => group.counted !== null && group.counted.events > 0) ?? [];
  const number = counted.data && possible.reduce((sum, { counted }) => sum + (counted?.events ?? 0), 0);
  const without = counted.data?.map((group) => notTaken(group, webhooks)).filter((text) => text !== null);

  const finish = (paths: string[]) => {
    notifyDone(
      one
        ? 'The event is sent again, as a new one.'
        : paths.length === 1
          ? 'The replay has begun.'
          : `${count(paths.length)} replays have begun, one for each webhook.`,
    );
    onStarted?.();
    onClose();
    const [only, ...others] = paths;
    if (only && others.length === 0) navigate(only);
  };
  const start = useMutation({
    mutationFn: async () => {
      if (one) {
        const { event_id } = await replayEvent(one, how, key);
        finish([`/webhooks/${one.config_id}/events/${event_id}`]);
        return [];
      }
      const left = possible.filter(({ config_id }) => begun.every((before) => before.config_id !== config_id));
      const outcomes = await startGroups(left, ({ config_id, event_ids }) =>
        startReplay(config_id, { event_ids }, how, key),
      );
      const all = [...begun, ...outcomes.filter(({ replay_id }) => replay_id !== null)];
      setBegun(all);
      const refused = outcomes.filter(({ problem }) => problem !== null);
      if (refused.length === 0) finish(all.map(pathOf));
      return refused;
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['events'], predicate: ({ queryKey }) => queryKey[1] !== 'count' }),
        queries.invalidateQueries({ queryKey: ['webhooks'] }),
      ]),
  });
  const nameOf = (config_id: string) => webhooks?.get(config_id) ?? config_id;

  return (
    <Stack gap="md">
      <Text size="sm">
        {one
          ? 'The event is sent again as a new one, with attempts of its own; this one stays as it is.'
          : 'Each event is sent again as a new one, with attempts of its own, oldest first.'}
        {groups.length > 1 &&
          ` They are of ${count(groups.length)} webhooks (${groups.map(({ config_id }) => nameOf(config_id)).join(', ')}), so that there will be as many replays.`}
      </Text>
      <HowForm
        how={how}
        onChange={(next) => {
          setHow(next);
          setKey(newKey());
        }}
        many={!one}
      />
      {without?.map((text) => (
        <Text key={text} size="sm">
          {text}
        </Text>
      ))}
      {tooMany && (
        <Text size="sm" c="red">
          At most {count(MOST_LISTED)} chosen events of a webhook can be replayed together. For more, replay by status
          and time on the webhook’s page of replays.
        </Text>
      )}
      {counted.error && (
        <ProblemNote
          error={counted.error}
          title="The events could not be counted"
          retry={() => void counted.refetch()}
        />
      )}
      {begun.map((started) => (
        <Text key={started.config_id} size="sm">
          The replay of {quoted(nameOf(started.config_id))} has begun.{' '}
          <TextLink href={pathOf(started)}>Look at it</TextLink>
        </Text>
      ))}
      {start.data?.map(({ config_id, problem }) => (
        <ProblemNote
          key={config_id}
          error={problem}
          title={`The events of ${quoted(nameOf(config_id))} were not sent again`}
        />
      ))}
      {start.error && <ProblemNote error={start.error} title="The event was not sent again" />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {begun.length > 0 ? 'Close' : 'Cancel'}
        </Button>
        <Button
          leftSection={<Icon name="repeat" />}
          loading={start.isPending || (!one && counted.isFetching)}
          disabled={!one && !number}
          onClick={() => start.mutate()}
          data-autofocus
        >
          {one
            ? 'Replay the event'
            : begun.length > 0
              ? 'Try the others again'
              : number === undefined
                ? 'Replay'
                : `Replay ${plural(number, 'event')}`}
        </Button>
      </Group>
    </Stack>
  );
}

function pathOf({ config_id, replay_id }: Started): string {
  return `/webhooks/${config_id}/replays/${replay_id}`;
}

/** What is left out of a webhook's events, and why; null where nothing is. */
function notTaken({ config_id, event_ids, counted, problem }: CountedGroup, webhooks?: ReadonlyMap<string, string>) {
  if (counted) return leftOut(counted);
  const name = webhooks?.get(config_id) ?? config_id;
  return `Left out: ${plural(event_ids.length, 'event')} of ${quoted(name)} (${problem?.message ?? 'it can’t be replayed'}).`;
}
