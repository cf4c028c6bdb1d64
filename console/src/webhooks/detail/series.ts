import type { Schemas } from '@/api/client';
import { share } from '@/lib/numbers';
import { duration } from '@/lib/time';

type Stats = Schemas['Stats'];

/** A bucket as the charts draw it; null leaves a gap. */
export interface Point extends Record<string, string | number | null> {
  label: string;
  succeeded: number;
  failed: number;
  skipped: number;
  in_progress: number;
  /** Of 100. */
  success: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** The buckets of statistics as points, with times in the reader's zone; days are those of UTC, by which they are counted. */
export function pointsOf(stats: Stats): Point[] {
  const label = labels(stats);
  return stats.buckets.map((bucket) => ({
    label: label(new Date(bucket.start)),
    succeeded: bucket.succeeded,
    failed: bucket.failed,
    skipped: bucket.skipped,
    in_progress: bucket.in_progress,
    success: bucket.success_rate === null ? null : Math.round(bucket.success_rate * 1_000) / 10,
    p50: bucket.latency_ms?.p50 ?? null,
    p95: bucket.latency_ms?.p95 ?? null,
    p99: bucket.latency_ms?.p99 ?? null,
  }));
}

/** How the buckets of statistics are named: by the hour, by weekday and hour, or by the day. */
export function labels({ bucket, from, to }: Pick<Stats, 'bucket' | 'from' | 'to'>): (start: Date) => string {
  if (bucket === '1d') return formatter({ month: 'short', day: 'numeric', timeZone: 'UTC' });
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  return formatter(hours > 25 ? { weekday: 'short', day: 'numeric', ...time } : time);
}

function formatter(options: Intl.DateTimeFormatOptions): (moment: Date) => string {
  const format = new Intl.DateTimeFormat(undefined, options);
  return (moment) => format.format(moment);
}

/** How often each reason ended an event, the most frequent first, with its part of them all. */
export function reasonsOf(counts: Schemas['StatsCounts']): { reason: string; events: number; part: number }[] {
  const all = Object.entries(counts.reasons).sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const sum = all.reduce((total, [, events]) => total + events, 0);
  return all.map(([reason, events]) => ({ reason, events, part: events / sum }));
}

/** The counts of a period in one sentence, for those who do not see the charts. */
export function summary(totals: Schemas['StatsCounts'], period: string): string {
  const { accepted, succeeded, failed, skipped, in_progress } = totals;
  return `In ${period} ${accepted} events were accepted: ${succeeded} succeeded, ${failed} failed, ${skipped} skipped, ${in_progress} in progress.`;
}

/** Latency percentiles in one sentence. */
export function latencySummary(latency: Schemas['StatsCounts']['latency_ms'], period: string): string {
  if (!latency) return `In ${period} no receiver answered.`;
  return `In ${period} half of the answers took at most ${duration(latency.p50)}, 95 % at most ${duration(latency.p95)}, 99 % at most ${duration(latency.p99)}.`;
}

/** The success rate in one sentence. */
export function successSummary(rate: number | null, period: string): string {
  return rate === null
    ? `In ${period} no event came to its end.`
    : `In ${period} ${share(rate)} of the events succeeded.`;
}
