const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const precise = new Intl.DateTimeFormat(undefined, {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** A moment in the reader's zone, to the second. */
export function local(moment: Date): string {
  return precise.format(moment);
}

/** A moment in UTC, to the millisecond: `2026-11-22 08:00:00.107 UTC`. */
export function utc(moment: Date): string {
  return `${moment.toISOString().replace('T', ' ').replace('Z', '')} UTC`;
}

/** A moment as seen from `now`: "in 5 min.", "2 hr. ago". */
export function ago(moment: Date, now: Date): string {
  const seconds = (moment.getTime() - now.getTime()) / 1_000;
  const size = Math.abs(seconds);
  if (size < 5) return 'now';
  if (size < MINUTE_S) return relative.format(Math.round(seconds), 'second');
  if (size < HOUR_S) return relative.format(Math.round(seconds / MINUTE_S), 'minute');
  if (size < DAY_S) return relative.format(Math.round(seconds / HOUR_S), 'hour');
  return relative.format(Math.round(seconds / DAY_S), 'day');
}

/** A length of time in at most two units: `850 ms`, `3.2 s`, `5 min 30 s`, `2 h`, `1 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const s = Math.round(ms / 1_000);
  if (s < MINUTE_S) return `${s} s`;
  if (s < HOUR_S) return both(Math.floor(s / MINUTE_S), 'min', s % MINUTE_S, 's');
  if (s < DAY_S) return both(Math.floor(s / HOUR_S), 'h', Math.floor((s % HOUR_S) / MINUTE_S), 'min');
  return both(Math.floor(s / DAY_S), 'd', Math.floor((s % DAY_S) / HOUR_S), 'h');
}

function both(large: number, unit: string, small: number, smallUnit: string): string {
  return small ? `${large} ${unit} ${small} ${smallUnit}` : `${large} ${unit}`;
}
