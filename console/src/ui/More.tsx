import { Button, Group, Text } from '@mantine/core';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { ProblemNote } from './ProblemNote';

export interface MoreProps {
  query: Pick<
    UseInfiniteQueryResult,
    'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage' | 'isFetchNextPageError' | 'error'
  >;
  /** How much is shown: "40 events". */
  shown: string;
}

/** Below a list: how much of it is shown, and the next page. */
export function More({ query, shown }: MoreProps) {
  return (
    <>
      {query.isFetchNextPageError && (
        <ProblemNote error={query.error} title="Could not load more" retry={() => void query.fetchNextPage()} />
      )}
      <Group justify="space-between" mt="sm">
        <Text size="sm" c="dimmed" role="status">
          {shown}
          {query.hasNextPage ? ', and there are more' : ''}
        </Text>
        {query.hasNextPage && (
          <Button
            variant="default"
            size="xs"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Load more
          </Button>
        )}
      </Group>
    </>
  );
}
