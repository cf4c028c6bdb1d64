import { QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { Problem } from './problem';
import { makeQueryClient } from './queries';

/** What is shown of a query whose reload is refused. */
async function reloaded(problem: Problem) {
  const queries = makeQueryClient();
  let answer: () => Promise<string> = () => Promise.resolve('seen');
  const observer = new QueryObserver(queries, { queryKey: ['webhooks'], queryFn: () => answer(), retry: false });
  const stop = observer.subscribe(() => undefined);
  await observer.refetch();
  answer = () => Promise.reject(problem);
  await observer.refetch();
  const { data, error } = observer.getCurrentResult();
  stop();
  return { data, code: (error as Problem | null)?.code };
}

it('what may no longer be seen is not shown any more', async () => {
  expect(await reloaded(new Problem(403, 'forbidden', 'no'))).toEqual({ data: undefined, code: 'forbidden' });
});

it('older data stays when a reload fails', async () => {
  expect(await reloaded(new Problem(503, 'unavailable', 'no'))).toEqual({ data: 'seen', code: 'unavailable' });
});
