import { parseWait } from '../form/waits';

/** A week: what the API takes at most. */
const LONGEST_S = 604_800;

/** Seconds that what is replaced signs too; a text that says what is wrong where it is no such time. */
export function graceOf(ends: 'later' | 'now', text: string): number | string {
  if (ends === 'now') return 0;
  const seconds = parseWait(text);
  if (seconds === null) return 'Must be a time such as 30 min, 12 h or 2 d';
  return seconds >= 1 && seconds <= LONGEST_S ? seconds : 'Must be 1 s to 7 d';
}
