import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/api/client';
import { isolated, quoted } from '@/lib/bidi';
import { Loaded } from '@/ui/Loaded';
import { Note } from '@/ui/Note';
import { notifyDone } from '@/ui/notify';
import { Page } from '@/ui/Page';
import { useQueryState } from '@/ui/useQueryState';
import { webhookQuery } from '../queries';
import { SecretDialog } from '../secrets/SecretDialog';
import { blankValues, duplicateOf } from './fromWebhook';
import { newWebhook } from './toBody';
import { useLeaving } from './useLeaving';
import type { WebhookValues } from './values';
import { WebhookForm } from './WebhookForm';

const BACK = { href: '/webhooks', name: 'Webhooks' };

/** Makes a webhook; with `?from=` one like another. */
export default function NewWebhookPage() {
  const [query] = useQueryState();
  const from = query.get('from');
  return from ? <Duplicate key={from} id={from} /> : <Create key="new" title="New webhook" from={null} />;
}

function Duplicate({ id }: { id: string }) {
  const query = useQuery(webhookQuery(id));
  const title = query.data ? `Duplicate of ${isolated(query.data.name)}` : 'Duplicate';
  if (!query.data) {
    return (
      <Page title={title} back={BACK}>
        <Loaded query={query} what="the webhook">
          {() => null}
        </Loaded>
      </Page>
    );
  }
  return <Create title={title} from={query.data} />;
}

function Create({ title, from }: { title: string; from: Schemas['Webhook'] | null }) {
  const queries = useQueryClient();
  const [start] = useState(() => (from ? duplicateOf(from) : { values: blankValues(), missing: [] }));
  const form = useForm<WebhookValues>({ mode: 'controlled', initialValues: start.values });
  const [created, setCreated] = useState<Schemas['Webhook'] | null>(null);
  const [done, setDone] = useState<string | null>(null);
  useLeaving(created === null && form.isDirty(), done);

  const save = async (values: WebhookValues) => {
    const webhook = await answer(api.POST('/webhook', { body: newWebhook(values) }));
    void queries.invalidateQueries({ queryKey: ['webhooks'] });
    setCreated(webhook);
    notifyDone(`${quoted(webhook.name)} is created.`);
    if (webhook.signing.secret === undefined) setDone(`/webhooks/${webhook.config_id}`);
  };
  return (
    <Page
      title={title}
      back={BACK}
      subtitle="Once it is created, its exact request can be previewed, and a test event be sent."
    >
      <WebhookForm form={form} id={null} action="Create the webhook" cancel="/webhooks" save={save}>
        {start.missing.length > 0 && <Missing what={start.missing} />}
      </WebhookForm>
      <SecretDialog
        secret={(done === null && created?.signing.secret) || null}
        name={created?.name ?? ''}
        onClose={() => created && setDone(`/webhooks/${created.config_id}`)}
      />
    </Page>
  );
}

function Missing({ what }: { what: string[] }) {
  return (
    <Note kind="warn" title="Secrets can’t be copied. Give these anew:">
      <ul>
        {what.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      The signing secret is the new webhook’s own.
    </Note>
  );
}
