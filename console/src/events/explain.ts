import type { Schemas } from '@/api/client';
import { ago, duration } from '@/lib/time';
import { statusWords } from './httpStatus';
import { reasonEntry } from './reasons';

type Attempt = Pick<
  Schemas['Attempt'],
  'number' | 'outcome' | 'duration_ms' | 'status_code' | 'error' | 'response_headers'
>;

/** Of an event what its explanation needs. */
export type Explained = Pick<Schemas['Event'], 'status' | 'reason' | 'next_attempt_at'> & { attempts: Attempt[] };

/** Why an event is where it is, in words. */
export interface Explanation {
  kind: 'good' | 'bad' | 'warn' | 'info';
  /** One or two plain sentences. */
  text: string;
  /** What the reader can do about it. */
  advice: string | null;
}

/** Why an event succeeded, failed, was skipped, or waits, as seen at `now`. */
export function explain(event: Explained, now: Date): Explanation {
  const last = event.attempts.at(-1);
  switch (event.status) {
    case 'succeeded':
      return { kind: 'good', text: succeeded(event.attempts), advice: null };
    case 'skipped':
      return { kind: 'warn', ...because(event, last) };
    case 'failed':
      return failed(event, last);
    default:
      return underWay(event, last, now);
  }
}

/** What an attempt came to, one sentence without its full stop. */
export function attemptSentence(attempt: Attempt): string {
  if (attempt.error) return reasonEntry(attempt.error.code).why({ status_code: attempt.status_code });
  if (attempt.outcome === 'delivered')
    return attempt.status_code === undefined
      ? 'The receiver took it'
      : `The receiver took it and answered ${statusWords(attempt.status_code)}`;
  if (attempt.outcome === 'rejected') return reasonEntry('receiver_rejected').why({ status_code: attempt.status_code });
  return OUTCOMES[attempt.outcome];
}

const OUTCOMES: Record<'timed_out' | 'unreachable' | 'refused', string> = {
  timed_out: 'Time was up before the exchange was complete',
  unreachable: 'There was no complete exchange with the receiver',
  refused: 'Nothing was sent: the target is not allowed, or what is configured can’t be sent',
};

function succeeded(attempts: Attempt[]): string {
  const last = attempts.at(-1);
  if (!last) return 'The receiver took the event.';
  const answer = last.status_code === undefined ? '' : ` and answered ${statusWords(last.status_code)}`;
  const which = attempts.length === 1 ? '' : ` at the ${ordinal(last.number)} attempt`;
  return `The receiver took the event${which}${answer}, after ${duration(last.duration_ms)}.`;
}

function because(event: Explained, last: Attempt | undefined): { text: string; advice: string | null } {
  if (!event.reason) {
    return { text: last ? `${attemptSentence(last)}.` : 'No reason is known.', advice: null };
  }
  const cause = { status_code: event.reason === 'receiver_rejected' ? last?.status_code : undefined };
  const entry = reasonEntry(event.reason);
  return { text: `${entry.why(cause)}.`, advice: entry.advice(cause) };
}

function failed(event: Explained, last: Attempt | undefined): Explanation {
  const { text, advice } = because(event, last);
  if (event.reason === 'canceled' && last)
    return { kind: 'bad', text: `${text} Before that: ${lower(attemptSentence(last))}.`, advice };
  const made = event.attempts.length;
  const end =
    made > 1 ? ` ${made} attempts were made, and no other follows.` : made === 1 ? ' No other attempt follows.' : '';
  return { kind: 'bad', text: text + end, advice };
}

function underWay(event: Explained, last: Attempt | undefined, now: Date): Explanation {
  const due = event.next_attempt_at ? new Date(event.next_attempt_at) : null;
  if (!due) {
    const text = last
      ? `${attemptSentence(last)}. Another attempt is being made now.`
      : 'The first attempt is being made now.';
    return { kind: 'info', text, advice: null };
  }
  const { text, advice } = because(event, last);
  const next =
    due.getTime() <= now.getTime()
      ? 'The next attempt is due and begins in a moment.'
      : `The next attempt is due ${ago(due, now).replace(/\.$/, '')}${askedFor(last)}.`;
  return { kind: 'warn', text: `${text} ${next}`, advice };
}

/** The receiver's own wish to wait, from `Retry-After` (RFC 9110, section 10.2.3). */
function askedFor(last: Attempt | undefined): string {
  const value = Object.entries(last?.response_headers ?? {}).find(
    ([name]) => name.toLowerCase() === 'retry-after',
  )?.[1];
  if (!value) return '';
  return /^\d+$/.test(value)
    ? `; the receiver asked to wait ${duration(Number(value) * 1_000)} (Retry-After)`
    : `; the receiver asked to wait until ${value} (Retry-After)`;
}

function ordinal(number: number): string {
  const words = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];
  return words[number - 1] ?? `${number}th`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
