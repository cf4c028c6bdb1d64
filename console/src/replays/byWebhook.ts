/** Events that one replay can list; the API's most. */
export const MOST_LISTED = 1_000;

/** Events by the webhook that they are of, in the order in which they come. */
export function byWebhook(
  events: { config_id: string; event_id: string }[],
): { config_id: string; event_ids: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { config_id, event_id } of events) {
    const ids = groups.get(config_id);
    if (ids) ids.push(event_id);
    else groups.set(config_id, [event_id]);
  }
  return [...groups].map(([config_id, event_ids]) => ({ config_id, event_ids }));
}
