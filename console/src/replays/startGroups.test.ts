import { expect, it } from 'vitest';
import { Problem } from '@/api/problem';
import { startGroups } from './startGroups';

it('a webhook whose replay is refused does not keep the others', async () => {
  const groups = ['wh_1', 'wh_2', 'wh_3'].map((config_id) => ({ config_id }));
  const outcomes = await startGroups(groups, ({ config_id }) =>
    config_id === 'wh_2'
      ? Promise.reject(new Problem(409, 'too_many_replays', 'five are going on'))
      : Promise.resolve({ replay_id: `of ${config_id}` }),
  );
  expect(outcomes.map(({ replay_id, problem }) => replay_id ?? problem?.code)).toEqual([
    'of wh_1',
    'too_many_replays',
    'of wh_3',
  ]);
});
