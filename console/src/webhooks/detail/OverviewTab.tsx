import { SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { Empty } from '@/ui/Empty';
import { Loaded } from '@/ui/Loaded';
import { Panel } from '@/ui/Panel';
import { useQueryState } from '@/ui/useQueryState';
import { waitText } from '../form/waits';
import { Configuration } from './Configuration';
import { PERIODS, periodOf } from './periods';
import { statsQuery } from './queries';
import { Reasons } from './Reasons';
import { StatsCharts } from './StatsCharts';
import { StatsTable } from './StatsTable';
import { StatsTiles } from './StatsTiles';

/** How a webhook did, and how it is set up. */
export function OverviewTab({ webhook }: { webhook: Schemas['Webhook'] }) {
  const [params, setParams] = useQueryState();
  const period = periodOf(params.get('period'));
  const stats = useQuery(statsQuery(webhook.config_id, period));
  return (
    <>
      <Panel
        title="Deliveries"
        aside={
          <SegmentedControl
            size="xs"
            aria-label="Period"
            value={period}
            onChange={(value) => setParams({ period: value })}
            data={Object.entries(PERIODS).map(([value, { name }]) => ({ value, label: name }))}
          />
        }
      >
        <Loaded query={stats} what="the statistics">
          {(data) => (
            // Until those of another period are there, the figures are those of the one before.
            <div aria-busy={stats.isPlaceholderData} style={{ opacity: stats.isPlaceholderData ? 0.4 : 1 }}>
              <StatsTiles totals={data.totals} config_id={webhook.config_id} />
              {data.totals.accepted === 0 ? (
                <Empty title={`No events in ${PERIODS[period].words}`} icon="chart">
                  Choose a longer period, or send a test event.
                </Empty>
              ) : (
                <>
                  <StatsCharts stats={data} period={period} />
                  <StatsTable stats={data} />
                </>
              )}
              <Text size="xs" c="dimmed" mt="sm">
                Events count at the time at which they were accepted, in this browser’s zone
                {data.bucket === '1d' ? '; days are those of UTC' : ''}. Counts lag behind by up to{' '}
                {waitText(data.delay_seconds)}.
              </Text>
            </div>
          )}
        </Loaded>
      </Panel>
      {stats.data && Object.keys(stats.data.totals.reasons).length > 0 && (
        <Panel title="Why events were not delivered">
          <Reasons counts={stats.data.totals} config_id={webhook.config_id} />
        </Panel>
      )}
      <Panel title="Configuration">
        <Configuration webhook={webhook} />
      </Panel>
    </>
  );
}
