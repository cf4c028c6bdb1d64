import { QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem';

const RETRIES = 2;

/** The cache of the API's answers, with the rules for all of them. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (failures, error) => failures < RETRIES && asProblem(error).passes,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      // A write is repeated by the person who made it.
      mutations: { retry: false },
    },
  });
}
