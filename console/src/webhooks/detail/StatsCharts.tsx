import { Skeleton, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { Schemas } from '@/api/client';
import { PERIODS, type Period } from './periods';
import classes from './StatsCharts.module.css';
import { latencySummary, pointsOf, successSummary, summary } from './series';

const Chart = lazy(() => import('./Charts'));

export interface StatsChartsProps {
  stats: Schemas['Stats'];
  period: Period;
}

/** Events, success rate and latency over time. */
export function StatsCharts({ stats, period }: StatsChartsProps) {
  const points = pointsOf(stats);
  const { words } = PERIODS[period];
  const { totals } = stats;
  const charts = [
    { kind: 'counts', name: 'Events', says: summary(totals, words) },
    { kind: 'success', name: 'Success rate', says: successSummary(totals.success_rate, words) },
    { kind: 'latency', name: 'Time to answer', says: latencySummary(totals.latency_ms, words) },
  ] as const;
  return (
    <div className={classes.charts}>
      {charts.map(({ kind, name, says }) => (
        <figure key={kind} className={classes.chart} data-kind={kind}>
          <Title order={3}>{name}</Title>
          <div role="img" aria-label={`${name}: ${says}`}>
            <div aria-hidden="true">
              <Suspense fallback={<Skeleton height={200} />}>
                <Chart kind={kind} points={points} />
              </Suspense>
            </div>
          </div>
        </figure>
      ))}
    </div>
  );
}
