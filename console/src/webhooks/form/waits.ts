const UNITS: [unit: RegExp, seconds: number][] = [
  [/^(s|secs?|seconds?)$/, 1],
  [/^(m|mins?|minutes?)\.?$/, 60],
  [/^(h|hrs?|hours?)$/, 3_600],
  [/^(d|days?)$/, 86_400],
];

/** Seconds of a length of time as people write it: `90`, `90 s`, `5 min`, `1h 30m`, `1.5 hours`, `1 day`; null where it is none, or not in whole seconds. */
export function parseWait(text: string): number | null {
  const plain = text.trim().toLowerCase();
  if (/^\d+$/.test(plain)) return Number(plain);
  const pieces = [...plain.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\.?/g)];
  if (pieces.length === 0) return null;
  const rest = plain.replace(/(\d+(?:\.\d+)?)\s*([a-z]+)\.?/g, '').replace(/\band\b|[\s,]/g, '');
  if (rest !== '') return null;
  let seconds = 0;
  for (const [, number, unit] of pieces) {
    const size = UNITS.find(([pattern]) => pattern.test(unit ?? ''))?.[1];
    if (size === undefined) return null;
    seconds += Number(number) * size;
  }
  const whole = Math.round(seconds);
  return Math.abs(seconds - whole) < 1e-6 ? whole : null;
}

/** The same back, in full: `5 s`, `1 h 30 min`, `1 d`. */
export function waitText(seconds: number): string {
  if (seconds === 0) return '0 s';
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ] as const) {
    const whole = Math.floor(rest / size);
    if (whole > 0) parts.push(`${whole} ${unit}`);
    rest -= whole * size;
  }
  return parts.join(' ');
}

/** The most that all retries together are waited for, in seconds: the last wait counts for every retry beyond the list. */
export function longestInAll(waits: number[], maxRetries: number): number {
  let total = 0;
  for (let retry = 0; retry < maxRetries; retry += 1) total += waits[Math.min(retry, waits.length - 1)] ?? 0;
  return total;
}
