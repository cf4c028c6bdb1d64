import { QueryCache, QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem';

const RETRIES = 2;

/** The cache of the API's answers, with the rules for all of them. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    // What somebody may no longer see, or the next one to sign in may not, does not stay on the screen.
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (asProblem(error).status === 403) query.setState({ data: undefined });
      },
    }),
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
