import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';
import { useConfirm } from '@/ui/confirm';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { nudge } from './queries';

type Acted = Pick<Schemas['Event'], 'config_id' | 'event_id'>;

/** What can be done to an event that waits for its next attempt; each says what came of it. */
export function useEventActions({ config_id, event_id }: Acted) {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const params = { path: { config_id, event_id } };
  const onSettled = () => queries.invalidateQueries({ queryKey: ['events'] });
  const retry = useMutation({
    mutationFn: () => answer(api.POST('/webhook/{config_id}/events/{event_id}/retry', { params })),
    onSuccess: () => {
      nudge(event_id);
      notifyDone('The next attempt is being made now.');
    },
    onError: (error) => notifyFailed('No attempt was made', error),
    onSettled,
  });
  const cancel = useMutation({
    mutationFn: () => answer(api.POST('/webhook/{config_id}/events/{event_id}/cancel', { params })),
    onSuccess: () => notifyDone('The event is canceled: no further attempt is made.'),
    onError: (error) => notifyFailed('The event was not canceled', error),
    onSettled,
  });
  return {
    retry,
    /** Asks first. */
    cancel: () =>
      void confirm({
        title: 'Cancel the event?',
        body: 'No further attempt is made, and the event ends as failed. It can be replayed later.',
        action: 'Cancel the event',
        danger: true,
      }).then((yes) => yes && cancel.mutate()),
    canceling: cancel.isPending,
  };
}
