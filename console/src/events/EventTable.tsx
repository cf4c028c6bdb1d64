import { memo } from 'react';
import type { Schemas } from '@/api/client';
import { reasonWords } from '@/lib/reasons';
import { type Column, DataTable } from '@/ui/DataTable';
import { eventStatus, StatusBadge } from '@/ui/StatusBadge';
import { Time } from '@/ui/Time';
import classes from './EventTable.module.css';

type Row = Schemas['EventSummary'];

/** A hundred rows with two of them each are drawn anew with every choice; they have not changed. */
const Moment = memo(Time);
const Badge = memo(StatusBadge);

/** Which rows are chosen. */
export interface Selection {
  ids: ReadonlySet<string>;
  toggle: (row: Row, chosen: boolean) => void;
}

export interface EventTableProps {
  /** For the accessible name. */
  label: string;
  rows: Row[];
  fresh?: ReadonlySet<string>;
  /** Names by id; left out where all rows are of one webhook. */
  webhooks?: ReadonlyMap<string, string>;
  /** Left out where rows can't be chosen. */
  selection?: Selection;
}

/** A row for each event. */
export function EventTable({ label, rows, fresh, webhooks, selection }: EventTableProps) {
  const columns: Column<Row>[] = [
    ...(selection ? [chooser(selection)] : []),
    { key: 'event', header: 'Event', main: true, cell: name },
    { key: 'status', header: 'Status', cell: (row) => <Badge status={eventStatus(row)} /> },
    ...(webhooks
      ? [
          {
            key: 'webhook',
            header: 'Webhook',
            wraps: true,
            cell: (row: Row) => webhooks.get(row.config_id) ?? short(row.config_id),
          },
        ]
      : []),
    { key: 'created_at', header: 'Accepted', cell: (row) => <Moment value={row.created_at} /> },
    { key: 'what', header: 'What happened', cell: what },
    { key: 'attempts', header: 'Attempts', align: 'right', cell: (row) => row.attempts.length },
  ];
  return (
    <DataTable
      label={label}
      rows={rows}
      rowKey={(row) => row.event_id}
      href={(row) => `/webhooks/${row.config_id}/events/${row.event_id}`}
      fresh={(row) => fresh?.has(row.event_id) ?? false}
      columns={columns}
    />
  );
}

function chooser({ ids, toggle }: Selection): Column<Row> {
  return {
    key: 'choose',
    header: 'Choose',
    actions: 'menu',
    width: '2rem',
    cell: (row) => (
      <input
        type="checkbox"
        className={classes.choose}
        aria-label={`Choose event ${row.event_id}`}
        checked={ids.has(row.event_id)}
        disabled={row.status === 'in_progress'}
        title={row.status === 'in_progress' ? 'It has not come to its end, so it can’t be replayed yet' : undefined}
        onChange={(event) => toggle(row, event.currentTarget.checked)}
      />
    ),
  };
}

function name(row: Row) {
  const source = SOURCES[row.source];
  if (!row.event_name && !source) return <span className={classes.only}>{row.event_id}</span>;
  return (
    <>
      {[row.event_name, source].filter(Boolean).join(' · ')}
      <span className={classes.id}>{row.event_id}</span>
    </>
  );
}

/** What is worth saying of where an event came from. */
const SOURCES: Record<Row['source'], string | null> = { api: null, eventbridge: null, replay: 'Replay', test: 'Test' };

function what(row: Row) {
  const last = row.attempts.at(-1);
  const words =
    row.reason && !(row.reason === 'receiver_rejected' && last?.status_code !== undefined)
      ? reasonWords(row.reason)
      : last?.status_code !== undefined
        ? `answered ${last.status_code}`
        : null;
  if (words === null && !row.next_attempt_at) return null;
  return (
    <span className={classes.what}>
      {words}
      {row.next_attempt_at && (
        <span className={classes.next}>
          next attempt <Moment value={row.next_attempt_at} />
        </span>
      )}
    </span>
  );
}

function short(id: string): string {
  return `…${id.slice(-6)}`;
}
