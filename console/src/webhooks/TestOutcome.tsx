import { Group } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { reasonWords } from '@/lib/reasons';
import { sentence } from '@/lib/sentence';
import { duration } from '@/lib/time';
import { TextLink } from '@/ui/links';
import { Note } from '@/ui/Note';
import { TextViewer } from '@/ui/TextViewer';

export interface TestOutcomeProps {
  config_id: string;
  /** What the call answered: the end, or that it still goes on. */
  outcome: Schemas['Concluded'] | Schemas['Accepted'];
}

/** What came of an event that somebody waited for: a test, or a retry. */
export function TestOutcome({ config_id, outcome }: TestOutcomeProps) {
  const link = <TextLink href={`/webhooks/${config_id}/events/${outcome.event_id}`}>Look at the event</TextLink>;
  if (outcome.status === 'in_progress') {
    return (
      <Note kind="info" role="status" title="The receiver takes its time" action={link}>
        The event is sent, and the answer is not here yet.
      </Note>
    );
  }
  const { attempt, reason, reason_detail } = outcome as Schemas['Concluded'];
  const good = outcome.status === 'succeeded';
  const facts = [
    attempt?.status_code !== undefined && `HTTP ${attempt.status_code}`,
    attempt && duration(attempt.duration_ms),
    reason && reasonWords(reason),
  ];
  return (
    <>
      <Note
        kind={good ? 'good' : 'bad'}
        role="status"
        title={good ? 'The receiver took it' : 'It did not arrive'}
        action={link}
      >
        <Group gap="xs">{facts.filter(Boolean).join(' · ')}</Group>
        {reason_detail && <div>{sentence(reason_detail)}</div>}
      </Note>
      {attempt?.response_body !== undefined &&
        attempt.response_body !== '' &&
        attempt.response_body_encoding !== 'base64' && (
          <TextViewer label="the answer’s body" text={attempt.response_body} />
        )}
    </>
  );
}
