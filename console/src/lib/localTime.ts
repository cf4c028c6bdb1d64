const FIRST_YEAR = 2000;
/** By how much clocks are set back; half an hour on Lord Howe Island. */
const SET_BACK_MS = [3_600_000, 1_800_000];

/** A moment as `<input type="datetime-local">` has it, in the reader's zone, to the minute; '' for none. */
export function toInput(moment: string | null): string {
  const date = new Date(moment ?? '');
  if (Number.isNaN(date.getTime())) return '';
  const day = `${padded(date.getFullYear(), 4)}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`;
  return `${day}T${padded(date.getHours())}:${padded(date.getMinutes())}`;
}

/** What stands in such an input, in the reader's zone, as RFC 3339 in UTC; null for none. A year before 2000 is one that is still being typed. */
export function fromInput(value: string): string | null {
  const date = new Date(value);
  return value === '' || !(date.getFullYear() >= FIRST_YEAR) ? null : date.toISOString();
}

/** Whether the reader's clock shows this minute twice: it is set back that night. */
export function isTwice(moment: string): boolean {
  const shown = toInput(moment);
  return SET_BACK_MS.some((ms) => [ms, -ms].some((off) => toInput(shifted(moment, off)) === shown));
}

function shifted(moment: string, ms: number): string {
  return new Date(Date.parse(moment) + ms).toISOString();
}

function padded(number: number, digits = 2): string {
  return `${number}`.padStart(digits, '0');
}
