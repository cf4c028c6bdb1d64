import type { Schemas } from '@/api/client';
import { count } from '@/lib/numbers';
import { local } from '@/lib/time';
import { DataTable } from '@/ui/DataTable';
import { StatusBadge } from '@/ui/StatusBadge';
import { Time } from '@/ui/Time';
import { progressWords, selectionWords } from './words';

/** A row for each replay of a webhook. */
export function ReplayTable({ rows }: { rows: Schemas['Replay'][] }) {
  return (
    <DataTable
      label="Replays"
      rows={rows}
      rowKey={(replay) => replay.replay_id}
      href={(replay) => `/webhooks/${replay.config_id}/replays/${replay.replay_id}`}
      columns={[
        {
          key: 'selection',
          header: 'Events',
          main: true,
          cell: (replay) => selectionWords(replay.selection, (moment) => local(new Date(moment))),
        },
        { key: 'status', header: 'Status', cell: (replay) => <StatusBadge status={replay.status} /> },
        { key: 'progress', header: 'Progress', cell: progressWords },
        { key: 'replayed', header: 'Replayed', align: 'right', cell: (replay) => count(replay.replayed) },
        { key: 'created_at', header: 'Begun', cell: (replay) => <Time value={replay.created_at} /> },
      ]}
    />
  );
}
