import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef, useState } from 'react';
import { answer, api, type Schemas } from '@/api/client';
import type { Problem } from '@/api/problem';
import { isolated, quoted } from '@/lib/bidi';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { Loading } from '@/ui/Loading';
import { Note } from '@/ui/Note';
import { notifyDone, notifyFailed } from '@/ui/notify';
import { Page } from '@/ui/Page';
import { webhookQuery } from '../queries';
import { SecretDialog } from '../secrets/SecretDialog';
import { Conflict } from './Conflict';
import { merged, theirChanges } from './changes';
import { valuesOf } from './fromWebhook';
import { webhookReplacement } from './toBody';
import { useLeaving } from './useLeaving';
import type { WebhookValues } from './values';
import { WebhookForm } from './WebhookForm';

const PreviewDialog = lazy(() => import('../preview/PreviewDialog'));

type Webhook = Schemas['Webhook'];

/** Changes a webhook. */
export default function EditWebhookPage({ id }: { id: string }) {
  const query = useQuery({ ...webhookQuery(id), refetchOnWindowFocus: false });
  // What lies in the cache may be an older version.
  if (query.data && query.isFetchedAfterMount) return <Edit loaded={query.data} />;
  return (
    <Page title="Edit webhook" back={{ href: '/webhooks', name: 'Webhooks' }}>
      {query.error ? (
        <Loaded query={{ ...query, data: undefined }} what="the webhook">
          {() => null}
        </Loaded>
      ) : (
        <Loading label="Loading the webhook" lines={12} />
      )}
    </Page>
  );
}

interface Meanwhile {
  theirs: Webhook;
  history: Schemas['Change'][] | null;
}

function Edit({ loaded }: { loaded: Webhook }) {
  const queries = useQueryClient();
  const id = loaded.config_id;
  const [base, setBase] = useState(loaded);
  // What a save replaces: `base`, or a later one that the reader has seen and wants to overwrite.
  const version = useRef(loaded.version);
  const form = useForm<WebhookValues>({ mode: 'controlled', initialValues: valuesOf(loaded) });
  const [meanwhile, setMeanwhile] = useState<Meanwhile | null>(null);
  const [saved, setSaved] = useState<Webhook | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const [previewing, setPreviewing] = useState(false);
  useLeaving(saved === null && form.isDirty(), done);

  const save = async (values: WebhookValues) => {
    setMeanwhile(null);
    const webhook = await answer(
      api.PUT('/webhook/{config_id}', {
        params: { path: { config_id: id }, header: { 'If-Match': `"${version.current}"` } },
        body: webhookReplacement(values),
      }),
    );
    void queries.invalidateQueries({ queryKey: ['webhooks'] });
    void queries.invalidateQueries({ queryKey: ['overview'] });
    setSaved(webhook);
    notifyDone(`${quoted(webhook.name)} is saved.`);
    if (webhook.signing.secret === undefined) setDone(`/webhooks/${id}`);
  };
  const onProblem = (problem: Problem) => {
    if (problem.status !== 412) return false;
    lookAgain(id, base.version).then(setMeanwhile, (thrown: unknown) =>
      notifyFailed('The webhook was changed meanwhile, and could not be loaded again', thrown),
    );
    return true;
  };
  const start = (webhook: Webhook, values: WebhookValues) => {
    setBase(webhook);
    version.current = webhook.version;
    setMeanwhile(null);
    form.setInitialValues(valuesOf(webhook));
    form.setValues(values);
    form.clearErrors();
  };
  return (
    <Page
      title={`Edit ${isolated(base.name)}`}
      back={{ href: `/webhooks/${id}`, name: base.name }}
      actions={
        <Button variant="default" leftSection={<Icon name="eye" />} onClick={() => setPreviewing(true)}>
          Preview the request
        </Button>
      }
    >
      <WebhookForm
        form={form}
        id={id}
        action="Save"
        cancel={`/webhooks/${id}`}
        save={save}
        onProblem={onProblem}
        above={
          meanwhile && (
            <Conflict
              theirs={meanwhile.theirs}
              changes={theirChanges(base, meanwhile.theirs, form.values)}
              history={meanwhile.history}
              values={form.values}
              onMerge={() => start(meanwhile.theirs, merged(base, meanwhile.theirs, form.values))}
              onOverwrite={() => {
                version.current = meanwhile.theirs.version;
              }}
              onDiscard={() => start(meanwhile.theirs, valuesOf(meanwhile.theirs))}
            />
          )
        }
      >
        {base.status === 'auto_disabled' && (
          <Note kind="warn" title={`Hookstep disabled this webhook: ${base.status_reason ?? 'its deliveries failed'}`}>
            Enable it again once the receiver works.
          </Note>
        )}
      </WebhookForm>
      {previewing && (
        <Suspense>
          <PreviewDialog webhook={base} unsaved={form.isDirty()} onClose={() => setPreviewing(false)} />
        </Suspense>
      )}
      <SecretDialog
        secret={(done === null && saved?.signing.secret) || null}
        name={saved?.name ?? ''}
        onClose={() => setDone(`/webhooks/${id}`)}
      />
    </Page>
  );
}

/** The webhook as it is now, and what was done to it since a version. */
async function lookAgain(id: string, since: number): Promise<Meanwhile> {
  const params = { path: { config_id: id } };
  const [theirs, history] = await Promise.all([
    answer(api.GET('/webhook/{config_id}', { params })),
    answer(api.GET('/webhook/{config_id}/history', { params })).catch(() => null),
  ]);
  return { theirs, history: history?.data.filter(({ version }) => version > since) ?? null };
}
