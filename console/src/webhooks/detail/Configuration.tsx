import { Title } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { count } from '@/lib/numbers';
import { CopyButton } from '@/ui/CopyButton';
import { Facts } from '@/ui/Facts';
import { TextViewer } from '@/ui/TextViewer';
import { Time } from '@/ui/Time';
import { waitText } from '../form/waits';
import classes from './Configuration.module.css';
import { authWords, retryWords, signingWords } from './facts';

/** How a webhook is set up. */
export function Configuration({ webhook }: { webhook: Schemas['Webhook'] }) {
  return (
    <div className={classes.configuration}>
      <Facts
        facts={[
          ['Description', webhook.description],
          [
            'Target',
            <>
              <code>{webhook.http_method}</code> <code>{webhook.url}</code>
            </>,
          ],
          ['Event name', webhook.event_name],
          ['Authentication', authWords(webhook.auth)],
          ['Headers', headers(webhook)],
          ['Signatures', signingWords(webhook.signing)],
          ['Client certificate', webhook.client_certificate && 'Shown to receivers that ask for one'],
          ['Timeout', waitText(webhook.timeout_seconds)],
          ['Retries', retryWords(webhook.retry_policy)],
          [
            'Payload',
            webhook.payload_format === 'standard_webhooks' ? 'In the envelope of Standard Webhooks' : 'As it is',
          ],
          ['Static IP', webhook.static_ip ? webhook.static_ip_addresses.join(', ') : null],
          [
            'Webhook id',
            <span key="id" className={classes.id}>
              <code>{webhook.config_id}</code>
              <CopyButton value={webhook.config_id} label="Copy the webhook id" />
            </span>,
          ],
          ['Version', count(webhook.version)],
          ['Created', <Time key="created" value={webhook.created_at} format="absolute" />],
          ['Last change', <Time key="changed" value={webhook.updated_at} format="absolute" />],
        ]}
      />
      {webhook.filter !== null && (
        <>
          <Title order={3}>Filter</Title>
          <TextViewer label="the filter" text={JSON.stringify(webhook.filter)} />
        </>
      )}
      {webhook.transformation !== null && (
        <>
          <Title order={3}>Transformation</Title>
          <TextViewer label="the transformation" text={webhook.transformation} />
        </>
      )}
    </div>
  );
}

function headers(webhook: Schemas['Webhook']) {
  const entries = Object.entries(webhook.headers);
  if (entries.length === 0) return null;
  return (
    <ul className={classes.headers}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <code>{name}</code>: {typeof value === 'string' ? <code>{value}</code> : <em>a secret, set</em>}
        </li>
      ))}
    </ul>
  );
}
