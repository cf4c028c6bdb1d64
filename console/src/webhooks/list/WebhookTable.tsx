import type { Schemas } from '@/api/client';
import { reasonWords } from '@/lib/reasons';
import { DataTable } from '@/ui/DataTable';
import { TextLink } from '@/ui/links';
import { StatusBadge } from '@/ui/StatusBadge';
import { Time } from '@/ui/Time';
import { LastDay } from './LastDay';
import { WebhookMenu } from './WebhookMenu';
import classes from './WebhookTable.module.css';

type Row = Schemas['ListedWebhook'];

export interface WebhookTableProps {
  rows: Row[];
  onTest: (webhook: Row) => void;
}

/** A row for each webhook. */
export function WebhookTable({ rows, onTest }: WebhookTableProps) {
  return (
    <DataTable
      label="Webhooks"
      rows={rows}
      rowKey={(webhook) => webhook.config_id}
      href={(webhook) => `/webhooks/${webhook.config_id}`}
      columns={[
        { key: 'name', header: 'Webhook', main: true, cell: name },
        { key: 'status', header: 'Status', cell: status },
        { key: 'event_name', header: 'Event name', wraps: true, cell: (webhook) => webhook.event_name },
        {
          key: 'last_day',
          header: 'Success, 24 h',
          width: '16rem',
          cell: (webhook) => <LastDay counts={webhook.last_day} />,
        },
        { key: 'last_failure', header: 'Last failure', width: '12rem', cell: lastFailure },
        {
          key: 'actions',
          header: 'Actions',
          actions: 'menu',
          align: 'right',
          width: '3rem',
          cell: (webhook) => <WebhookMenu webhook={webhook} onTest={() => onTest(webhook)} />,
        },
      ]}
    />
  );
}

function name(webhook: Row) {
  return (
    <>
      {webhook.name}
      <span className={classes.target}>
        {webhook.http_method} {webhook.url}
      </span>
    </>
  );
}

function status(webhook: Row) {
  return <StatusBadge status={webhook.status === 'active' && webhook.failing_since ? 'failing' : webhook.status} />;
}

function lastFailure(webhook: Row) {
  const failure = webhook.last_day?.last_failure;
  if (!failure) return null;
  return (
    <span className={classes.failure}>
      <Time value={failure.at} />
      <TextLink href={`/webhooks/${webhook.config_id}/events/${failure.event_id}`}>
        {failure.reason ? reasonWords(failure.reason) : 'failed'}
      </TextLink>
    </span>
  );
}
