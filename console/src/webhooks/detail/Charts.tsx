import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { count } from '@/lib/numbers';
import { duration } from '@/lib/time';
import type { Point } from './series';

/** The height of a chart, in CSS pixels. */
const HEIGHT = 200;
/** Nothing in a chart takes the focus: what it shows is in words and in the table. */
const STILL = { accessibilityLayer: false };
/** Few lines, each with its number: with one left out the axis would look like a logarithm. */
const Y_AXIS = { tickCount: 3, interval: 0 as const };
const LATENCY = [
  { name: 'p50', label: 'p50', color: 'var(--hs-good)' },
  { name: 'p95', label: 'p95', color: 'var(--hs-busy)' },
  { name: 'p99', label: 'p99', color: 'var(--hs-warn)', strokeDasharray: '5 3' },
];
const COUNTS = [
  { name: 'succeeded', label: 'Succeeded', color: 'var(--hs-good)' },
  { name: 'failed', label: 'Failed', color: 'var(--hs-bad)' },
  { name: 'skipped', label: 'Skipped', color: 'var(--hs-quiet)' },
  { name: 'in_progress', label: 'In progress', color: 'var(--hs-busy)' },
];

export interface ChartProps {
  kind: 'counts' | 'success' | 'latency';
  points: Point[];
}

/** One chart; its library is loaded with it. What it shows stands in words and in a table beside it. */
export default function Chart({ kind, points }: ChartProps) {
  const common = {
    h: HEIGHT,
    data: points,
    dataKey: 'label',
    gridAxis: 'x' as const,
    textColor: 'var(--mantine-color-dimmed)',
    gridColor: 'var(--hs-line)',
    xAxisProps: { minTickGap: 24 },
    withLegend: kind !== 'success',
    legendProps: { verticalAlign: 'bottom' as const, itemSorter: null },
  };
  if (kind === 'counts')
    return (
      <BarChart
        {...common}
        type="stacked"
        series={COUNTS}
        valueFormatter={count}
        yAxisProps={{ ...Y_AXIS, allowDecimals: false, width: 48 }}
        barProps={{ isAnimationActive: false }}
        barChartProps={STILL}
      />
    );
  const lines = {
    ...common,
    curveType: 'linear' as const,
    connectNulls: false,
    dotProps: { r: 2 },
    lineProps: { isAnimationActive: false },
    lineChartProps: STILL,
  };
  if (kind === 'success')
    return (
      <LineChart
        {...lines}
        series={[{ name: 'success', label: 'Success rate', color: 'var(--hs-good)' }]}
        valueFormatter={(value) => `${value} %`}
        yAxisProps={{ ...Y_AXIS, domain: [0, 100], width: 56 }}
      />
    );
  return <LineChart {...lines} series={LATENCY} valueFormatter={duration} yAxisProps={{ ...Y_AXIS, width: 56 }} />;
}
