/** How far back the statistics of a webhook go, by the name that stands in the query string. */
export const PERIODS = {
  '24h': { name: '24 h', words: 'the last 24 hours', ms: 86_400_000, bucket: '1h' },
  '7d': { name: '7 d', words: 'the last 7 days', ms: 7 * 86_400_000, bucket: '1h' },
  '30d': { name: '30 d', words: 'the last 30 days', ms: 30 * 86_400_000, bucket: '1d' },
  '90d': { name: '90 d', words: 'the last 90 days', ms: 90 * 86_400_000, bucket: '1d' },
} as const;

export type Period = keyof typeof PERIODS;

/** The period of a query string; a day where it names none. */
export function periodOf(value: string | null): Period {
  return value !== null && Object.hasOwn(PERIODS, value) ? (value as Period) : '24h';
}
