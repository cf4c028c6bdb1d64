import { asProblem, type Problem } from '@/api/problem';

/** What came of starting the replay of one webhook's events. */
export interface Started {
  config_id: string;
  /** Null: it was refused. */
  replay_id: string | null;
  problem: Problem | null;
}

/** Starts a replay for each webhook; one that is refused does not keep the others. */
export async function startGroups<Group extends { config_id: string }>(
  groups: Group[],
  start: (group: Group) => Promise<{ replay_id: string }>,
): Promise<Started[]> {
  const outcomes: Started[] = [];
  for (const group of groups) {
    const { config_id } = group;
    try {
      outcomes.push({ config_id, replay_id: (await start(group)).replay_id, problem: null });
    } catch (thrown) {
      outcomes.push({ config_id, replay_id: null, problem: asProblem(thrown) });
    }
  }
  return outcomes;
}
