import type { Schemas } from '@/api/client';
import { count, plural } from '@/lib/numbers';

type Replay = Schemas['Replay'];
type Reason = NonNullable<Replay['reason']>;

/** Why a replay stopped: a sentence, and what to do about it. */
export const STOPPED: Record<Reason, { why: string; advice: string }> = {
  requested: { why: 'Somebody stopped it.', advice: 'Resume it to go on where it was.' },
  webhook_disabled: {
    why: 'The webhook was disabled meanwhile.',
    advice: 'Enable the webhook, then resume the replay.',
  },
  webhook_deleted: { why: 'The webhook was deleted meanwhile.', advice: 'It can’t go on.' },
  broken: { why: 'Its rounds kept failing on Hookstep’s side.', advice: 'Operators were alerted. Resume it later.' },
  stalled: { why: 'It gave no word for 20 minutes.', advice: 'Resume it to go on where it was.' },
};

/** Which events a replay takes, in words; `time` writes a moment. */
export function selectionWords(selection: Replay['selection'], time: (moment: string) => string): string {
  if ('event_ids' in selection) return `${plural(selection.event_ids, 'chosen event')}`;
  return `${selection.status} events from ${time(selection.from)} to ${time(selection.to)}`;
}

/** How far a replay is, of 100; null where nobody knows how many events there are. */
export function percent(replay: Pick<Replay, 'status' | 'handled' | 'total'>): number | null {
  if (replay.status === 'finished') return 100;
  if (replay.total === null) return null;
  if (replay.total === 0) return 0;
  // Until it is finished something is left to do, although more events may have turned up than were counted.
  return Math.min(99, Math.floor((replay.handled / replay.total) * 100));
}

/** How far a replay is, in words. */
export function progressWords(replay: Pick<Replay, 'handled' | 'total'>): string {
  return replay.total === null
    ? `${plural(replay.handled, 'event')} so far`
    : `${count(replay.handled)} of ${plural(replay.total, 'event')}`;
}

/** Roughly how long so many events take at least, in milliseconds. */
export function leastTime(events: number, perSecond: number): number {
  return Math.ceil(events / perSecond) * 1_000;
}

/** What a count says beside the number: events of a list that can't be replayed; null where all can. */
export function leftOut(counted: Schemas['ReplayDryRun']): string | null {
  const parts = [
    counted.in_progress > 0 && `${plural(counted.in_progress, 'event')} in progress`,
    counted.not_found > 0 && `${plural(counted.not_found, 'event')} no longer kept`,
    counted.unreadable > 0 && `${plural(counted.unreadable, 'event')} that can’t be read`,
  ].filter(Boolean);
  return parts.length > 0 ? `Left out: ${parts.join(', ')}.` : null;
}
