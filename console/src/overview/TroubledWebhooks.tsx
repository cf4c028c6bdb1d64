import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { reasonWords } from '@/lib/reasons';
import { sentence } from '@/lib/sentence';
import { DataTable } from '@/ui/DataTable';
import { TextLink } from '@/ui/links';
import { notifyFailed } from '@/ui/notify';
import { StatusBadge } from '@/ui/StatusBadge';
import { Time } from '@/ui/Time';
import { webhookQuery } from '@/webhooks/queries';
import { TestDialog, type TestDialogProps } from '@/webhooks/TestDialog';
import { useWebhookActions } from '@/webhooks/useWebhookActions';
import type { Troubled } from './troubled';

/** The webhooks that need somebody, with what can be done at once. */
export function TroubledWebhooks({ rows }: { rows: Troubled[] }) {
  const actions = useWebhookActions();
  const queries = useQueryClient();
  const [tested, setTested] = useState<TestDialogProps['webhook']>(null);
  const test = (id: string) => {
    queries
      .fetchQuery(webhookQuery(id))
      .then(setTested, (error: unknown) => notifyFailed('The webhook could not be loaded', error));
  };
  return (
    <>
      <DataTable
        label="Webhooks that need attention"
        rows={rows}
        rowKey={(row) => row.config_id}
        href={(row) => `/webhooks/${row.config_id}`}
        columns={[
          { key: 'name', header: 'Webhook', main: true, cell: (row) => row.name },
          {
            key: 'status',
            header: 'State',
            cell: (row) => <StatusBadge status={row.status === 'active' ? 'failing' : row.status} />,
          },
          {
            key: 'since',
            header: 'Since',
            cell: (row) => <Time value={row.since} />,
          },
          {
            key: 'why',
            header: 'Why',
            width: '20rem',
            wraps: true,
            cell: (row) =>
              row.event_id ? (
                <TextLink href={`/webhooks/${row.config_id}/events/${row.event_id}`}>
                  {reasonWords(row.why ?? 'failed')}
                </TextLink>
              ) : (
                row.why && sentence(row.why)
              ),
          },
          {
            key: 'actions',
            header: 'Actions',
            actions: true,
            align: 'right',
            cell: (row) => (
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => test(row.config_id)}
                  aria-label={`Test ${row.name}`}
                >
                  Test
                </Button>
                {row.status === 'active' ? (
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={actions.busy}
                    onClick={() => actions.disable(row)}
                    aria-label={`Disable ${row.name}`}
                  >
                    Disable
                  </Button>
                ) : (
                  <Button
                    size="compact-sm"
                    disabled={actions.busy}
                    onClick={() => actions.enable(row)}
                    aria-label={`Enable ${row.name}`}
                  >
                    Enable
                  </Button>
                )}
              </Group>
            ),
          },
        ]}
      />
      <TestDialog webhook={tested} onClose={() => setTested(null)} />
    </>
  );
}
