import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '@/api/client';

/** The request that an attempt for this event would send now; nothing is sent. Signed anew each time, so it is not kept. */
export function previewQuery(config_id: string, event_id: string) {
  return queryOptions({
    queryKey: ['events', 'preview', config_id, event_id],
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) =>
      answer(
        api.POST('/webhook/{config_id}/preview', { params: { path: { config_id }, query: { event_id } }, signal }),
      ),
  });
}
