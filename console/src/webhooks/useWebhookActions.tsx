import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, answered, api, type Schemas } from '@/api/client';
import { quoted } from '@/lib/bidi';
import { useConfirm } from '@/ui/confirm';
import { notifyDone, notifyFailed } from '@/ui/notify';

/** Longer names are not typed to confirm. */
const TYPED_CHARS = 40;

/** Of a webhook what its actions need. */
export type ActedOn = Pick<Schemas['Webhook'], 'config_id' | 'name' | 'status'>;

/** What can be done to a webhook from anywhere; each says what came of it, and refreshes what is shown. */
export interface WebhookActions {
  enable(webhook: ActedOn): void;
  /** Asks first: its events are skipped from then on. */
  disable(webhook: ActedOn): void;
  /** Asks first, for its name. `done` runs when it is gone. */
  remove(webhook: ActedOn, done?: () => void): void;
  /** A change is on its way. */
  busy: boolean;
}

export function useWebhookActions(): WebhookActions {
  const queries = useQueryClient();
  const confirm = useConfirm();
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ['webhooks'] }),
      queries.invalidateQueries({ queryKey: ['overview'] }),
    ]);

  const enabling = useMutation({
    mutationFn: ({ webhook, enabled }: { webhook: ActedOn; enabled: boolean }) =>
      answer(
        api.PATCH('/webhook/{config_id}', {
          params: { path: { config_id: webhook.config_id } },
          headers: { 'content-type': 'application/merge-patch+json' },
          body: { enabled },
        }),
      ),
    onSuccess: (_, { webhook, enabled }) => {
      notifyDone(enabled ? `${quoted(webhook.name)} is enabled.` : `${quoted(webhook.name)} is disabled.`);
      return refresh();
    },
    onError: (error, { webhook, enabled }) =>
      notifyFailed(`${quoted(webhook.name)} could not be ${enabled ? 'enabled' : 'disabled'}`, error),
  });

  const removing = useMutation({
    mutationFn: ({ webhook }: { webhook: ActedOn; done?: (() => void) | undefined }) =>
      answered(api.DELETE('/webhook/{config_id}', { params: { path: { config_id: webhook.config_id } } })),
    onSuccess: (_, { webhook, done }) => {
      notifyDone(`${quoted(webhook.name)} is deleted.`);
      done?.();
      return refresh();
    },
    onError: (error, { webhook }) => notifyFailed(`${quoted(webhook.name)} could not be deleted`, error),
  });

  return {
    busy: enabling.isPending || removing.isPending,
    enable: (webhook) => enabling.mutate({ webhook, enabled: true }),
    disable: (webhook) =>
      void confirm({
        title: `Disable “${webhook.name}”?`,
        body: 'Its events are skipped until it is enabled again, those that wait for their next attempt too. They can be replayed.',
        action: 'Disable',
      }).then((yes) => yes && enabling.mutate({ webhook, enabled: false })),
    remove: (webhook, done) =>
      void confirm({
        title: 'Delete this webhook?',
        body: 'Its configuration and its secrets are gone for good. Its events and its history stay readable until they expire.',
        action: 'Delete',
        danger: true,
        typed: webhook.name.length <= TYPED_CHARS ? webhook.name.trim() : 'delete',
      }).then((yes) => yes && removing.mutate({ webhook, done })),
  };
}
