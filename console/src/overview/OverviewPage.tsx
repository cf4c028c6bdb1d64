import { Button, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { Page } from '@/ui/Page';
import { Time } from '@/ui/Time';
import { Attention } from './Attention';
import { overviewQuery } from './queries';
import { RecentFailures } from './RecentFailures';
import { Tiles } from './Tiles';

/** What needs attention now, and how the last day went. */
export default function OverviewPage() {
  const overview = useQuery(overviewQuery);
  const queries = useQueryClient();
  const [refreshing, setRefreshing] = useState(false);
  const refresh = async () => {
    setRefreshing(true);
    await queries.invalidateQueries();
    setRefreshing(false);
  };
  return (
    <Page
      title="Overview"
      subtitle={
        overview.data && (
          <>
            As of <Time value={overview.data.generated_at} />, loaded again every 15 s
          </>
        )
      }
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="refresh" size={14} />}
          onClick={() => void refresh()}
          loading={refreshing}
        >
          Refresh
        </Button>
      }
    >
      <Loaded query={overview} what="the overview">
        {(data) => (
          <>
            <Tiles overview={data} />
            <Attention overview={data} />
          </>
        )}
      </Loaded>
      <RecentFailures />
      <Text size="xs" c="dimmed" mt="md">
        Counts of the last 24 hours lag behind by a few minutes.
      </Text>
    </Page>
  );
}
