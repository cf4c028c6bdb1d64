import { Button, Stack, Textarea } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import { asProblem } from '@/api/problem';
import { Note } from '@/ui/Note';
import { ProblemNote } from '@/ui/ProblemNote';
import { sampleEvent } from './busEvent';
import { jsonFault } from './faults';
import classes from './fields.module.css';
import { RecentEvents } from './RecentEvents';

/** How long the typing has to pause before the API is asked. */
const PAUSE_MS = 400;

export interface FilterTrialProps {
  id: string | null;
  eventName: string;
  /** JSON, not empty. */
  filter: string;
}

/** Says whether a filter matches an event, while either is written. */
export function FilterTrial({ id, eventName, filter }: FilterTrialProps) {
  const [written, setWritten] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const event = written ?? sampleEvent(eventName);
  return (
    <section className={classes.trial} aria-label="Try the filter">
      <Stack gap="sm">
        <Verdict filter={filter} event={event} />
        <Textarea
          label="Event to try it on"
          description={
            from
              ? `The payload of ${from} as detail. Account, region and source are not kept: they are made up.`
              : 'A sample; change it as you like. Nothing is sent or kept.'
          }
          className={classes.mono ?? ''}
          autosize
          minRows={6}
          maxRows={20}
          spellCheck={false}
          autoComplete="off"
          value={event}
          onChange={(change) => setWritten(change.currentTarget.value)}
        />
        {id && (
          <RecentEvents
            id={id}
            onPick={(text, name) => {
              setWritten(text);
              setFrom(name);
            }}
          />
        )}
        {written !== null && (
          <div>
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setWritten(null);
                setFrom(null);
              }}
            >
              Back to the sample
            </Button>
          </div>
        )}
      </Stack>
    </section>
  );
}

function Verdict({ filter, event }: { filter: string; event: string }) {
  const body = `{"filter":${filter},"event":${event}}`;
  const [asked] = useDebouncedValue(body, PAUSE_MS);
  const filterFault = jsonFault(filter);
  const eventFault = event.trim() === '' ? 'must be a JSON object' : jsonFault(event);
  const isWhole = filterFault === null && eventFault === null;
  const trial = useQuery({
    queryKey: ['filter-test', asked],
    enabled: isWhole && asked === body,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(
        api.POST('/filter/test', {
          // The text itself: parsing it would change large numbers.
          body: { filter: {}, event: {} },
          bodySerializer: () => asked,
          signal,
        }),
      ),
  });
  if (filterFault !== null) return <Result kind="warn" title={`The filter ${filterFault}`} />;
  if (eventFault !== null) return <Result kind="warn" title={`The event ${eventFault}`} />;
  if (trial.error) {
    const problem = asProblem(trial.error);
    if (problem.errors.length === 0) return <ProblemNote error={problem} title="The filter could not be tried" />;
    return (
      <Note kind="bad" role="status" title="The filter is not valid">
        <ul>
          {problem.errors.map(({ pointer, code, detail }) => (
            <li key={`${pointer} ${code}`}>
              <code>{pointer.replace(/^\/filter(?=\/)/, '')}</code> {detail}
            </li>
          ))}
        </ul>
      </Note>
    );
  }
  if (!trial.data || trial.isPlaceholderData) return <Result kind="info" title="Trying …" />;
  return trial.data.matches ? (
    <Result kind="good" title="This event matches" />
  ) : (
    <Result kind="warn" title="This event does not match" />
  );
}

function Result({ kind, title }: { kind: 'good' | 'warn' | 'info'; title: string }) {
  return <Note kind={kind} role="status" title={title} />;
}
