import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { asProblem } from '@/api/problem';
import { moment } from '@/events/filter';
import { plural } from '@/lib/numbers';
import { duration } from '@/lib/time';
import { Icon } from '@/ui/Icon';
import { MomentInput } from '@/ui/MomentInput';
import { Note } from '@/ui/Note';
import { ProblemNote } from '@/ui/ProblemNote';
import { useQueryState } from '@/ui/useQueryState';
import { HowForm } from './HowForm';
import { countEvents, DEFAULT_HOW, newKey, type ReplayWhich, startReplay } from './queries';
import classes from './RangeForm.module.css';
import { leastTime } from './words';

type Range = Extract<ReplayWhich, { status: unknown }>;

const DAY_MS = 86_400_000;

/** All events of a status and a time, sent again: they are counted first, and the number stands on the button. */
export function RangeForm({ config_id }: { config_id: string }) {
  const [params] = useQueryState();
  const [status, setStatus] = useState<Range['status']>(() => statusOf(params.get('status')));
  const [from, setFrom] = useState<string | null>(
    () => moment(params.get('from')) ?? new Date(Date.now() - DAY_MS).toISOString(),
  );
  const [to, setTo] = useState<string | null>(() => moment(params.get('to')));
  const [how, setHow] = useState(DEFAULT_HOW);
  // Of what was counted, so that pressing again after an answer that was lost starts nothing twice.
  const [key, setKey] = useState(newKey);
  const [, navigate] = useLocation();
  const queries = useQueryClient();

  const counting = useMutation({
    mutationFn: (which: Range) => countEvents(config_id, which),
    onMutate: () => {
      setKey(newKey());
      start.reset();
    },
  });
  const start = useMutation({
    mutationFn: (which: Range) => startReplay(config_id, which, how, key),
    onSuccess: (replay) => {
      void queries.invalidateQueries({ queryKey: ['webhooks', config_id, 'replays'] });
      navigate(`/webhooks/${config_id}/replays/${replay.replay_id}`);
    },
  });
  const change = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      set(value);
      counting.reset();
      start.reset();
    };
  };
  const counted = counting.data;
  const backwards = from !== null && to !== null && from > to;

  return (
    <Stack gap="md">
      <div className={classes.fields}>
        <Select
          label="Status"
          value={status}
          onChange={(value) => change(setStatus)(statusOf(value))}
          allowDeselect={false}
          data={[
            { value: 'failed', label: 'Failed' },
            { value: 'skipped', label: 'Skipped' },
            { value: 'succeeded', label: 'Succeeded' },
          ]}
        />
        <MomentInput
          label="Accepted from (your time)"
          required
          value={from}
          error={from === null && 'Say from when'}
          onChange={change(setFrom)}
        />
        <MomentInput
          label="To (your time)"
          description="Empty: up to now"
          value={to}
          error={backwards && 'It ends before it begins'}
          onChange={change(setTo)}
        />
      </div>
      <HowForm
        how={how}
        onChange={(next) => {
          setHow(next);
          setKey(newKey());
          start.reset();
        }}
        many
      />
      {counting.error && <ProblemNote error={counting.error} title="The events could not be counted" />}
      {start.error && (
        <ProblemNote
          error={start.error}
          title={
            asProblem(start.error).passes
              ? 'The replay may not have been started; pressing again does not start it twice'
              : 'The replay was not started'
          }
        />
      )}
      {counted && (
        <Note
          kind={counted.events === 0 ? 'info' : 'warn'}
          role="status"
          title={counted.events === 0 && counted.complete ? 'There are no such events' : found(counted)}
        >
          {counted.events > 0 && (
            <Text size="sm">
              At {plural(how.per_second, 'event')} a second that takes{' '}
              {duration(leastTime(counted.events, how.per_second))} or longer. It can be stopped at any time.
            </Text>
          )}
        </Note>
      )}
      <Group gap="xs">
        <Button
          variant={counted ? 'default' : 'filled'}
          loading={counting.isPending}
          disabled={from === null || backwards}
          onClick={() => from && counting.mutate({ status, from, to: to ?? new Date().toISOString() })}
        >
          {counted ? 'Count again' : 'Count the events'}
        </Button>
        {counted && counted.events > 0 && (
          <Button
            leftSection={<Icon name="repeat" />}
            loading={start.isPending}
            // What was counted is what is replayed: up to the moment of the count.
            onClick={() => counting.variables && start.mutate(counting.variables)}
          >
            Replay {counted.complete ? '' : 'more than '}
            {plural(counted.events, 'event')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function found(counted: { events: number; complete: boolean }): string {
  return counted.complete
    ? `${plural(counted.events, 'event')} would be sent again`
    : `More than ${plural(counted.events, 'event')} would be sent again: there was no time to count them all`;
}

function statusOf(value: string | null): Range['status'] {
  return value === 'skipped' || value === 'succeeded' ? value : 'failed';
}
