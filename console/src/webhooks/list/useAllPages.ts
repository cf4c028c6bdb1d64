import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';

/** A search looks through this many pages of the list. */
const PAGES = 10;

/** Loads page after page while `wanted`, up to ten. Answers whether there are more than that. */
export function useAllPages(
  query: Pick<
    UseInfiniteQueryResult<{ pages: unknown[] }>,
    'data' | 'hasNextPage' | 'isFetching' | 'fetchNextPage' | 'isError'
  >,
  wanted: boolean,
): boolean {
  const { data, hasNextPage, isFetching, fetchNextPage, isError } = query;
  const enough = (data?.pages.length ?? 0) >= PAGES;
  useEffect(() => {
    if (wanted && hasNextPage && !enough && !isFetching && !isError) void fetchNextPage();
  }, [wanted, hasNextPage, enough, isFetching, isError, fetchNextPage]);
  return enough && hasNextPage;
}
