import type { Schemas } from '@/api/client';
import { count, share } from '@/lib/numbers';
import { duration } from '@/lib/time';
import classes from './StatsTable.module.css';
import { labels } from './series';

/** What the charts show, as a table of the buckets in which something was. */
export function StatsTable({ stats }: { stats: Schemas['Stats'] }) {
  const label = labels(stats);
  const rows = stats.buckets.filter((bucket) => bucket.accepted > 0).reverse();
  return (
    <details className={classes.details}>
      <summary>The figures as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <section className={classes.frame} aria-label="The figures" tabIndex={0}>
        <table className={classes.table} aria-label="Statistics">
          <thead>
            <tr>
              {[
                'From',
                'Accepted',
                'Succeeded',
                'Failed',
                'Skipped',
                'In progress',
                'Success',
                'Attempts',
                'p50',
                'p95',
                'p99',
              ].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((bucket) => (
              <tr key={bucket.start}>
                <th scope="row">{label(new Date(bucket.start))}</th>
                <td>{count(bucket.accepted)}</td>
                <td>{count(bucket.succeeded)}</td>
                <td>{count(bucket.failed)}</td>
                <td>{count(bucket.skipped)}</td>
                <td>{count(bucket.in_progress)}</td>
                <td>{share(bucket.success_rate)}</td>
                <td>{count(bucket.attempts)}</td>
                <td>{time(bucket.latency_ms?.p50)}</td>
                <td>{time(bucket.latency_ms?.p95)}</td>
                <td>{time(bucket.latency_ms?.p99)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function time(ms: number | undefined): string {
  return ms === undefined ? '–' : duration(ms);
}
