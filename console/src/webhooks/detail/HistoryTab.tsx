import { useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { plural } from '@/lib/numbers';
import { DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Empty';
import { Loaded } from '@/ui/Loaded';
import { More } from '@/ui/More';
import { Time } from '@/ui/Time';
import { ACTIONS, actorWords, fieldWords } from './changes';
import classes from './HistoryTab.module.css';
import { historyQuery } from './queries';

/** Who did what to a webhook, and when. */
export function HistoryTab({ id }: { id: string }) {
  const history = useInfiniteQuery(historyQuery(id));
  return (
    <Loaded query={history} what="the history">
      {({ pages }) => {
        const rows = pages.flatMap((page) => page.data);
        if (rows.length === 0)
          return (
            <Empty title="No entries" icon="history">
              Entries of the history are kept for a while only.
            </Empty>
          );
        return (
          <>
            <DataTable
              label="History"
              rows={rows}
              rowKey={(change) => `${change.version}`}
              columns={[
                {
                  key: 'version',
                  header: 'Version',
                  main: true,
                  width: '8rem',
                  cell: (change) => `Version ${change.version}`,
                },
                { key: 'at', header: 'When', cell: (change) => <Time value={change.at} format="absolute" /> },
                { key: 'actor', header: 'Who', wraps: true, cell: who },
                { key: 'action', header: 'What', cell: (change) => ACTIONS[change.action] },
                { key: 'fields', header: 'Fields', wraps: true, cell: fields },
              ]}
            />
            <More query={history} shown={plural(rows.length, 'entry', 'entries')} />
            <p className={classes.note}>Values are not kept, old or new: they may be secret.</p>
          </>
        );
      }}
    </Loaded>
  );
}

function who({ actor }: Schemas['Change']) {
  return <span title={actor.id ?? undefined}>{actorWords(actor)}</span>;
}

function fields({ action, changed_fields }: Schemas['Change']) {
  if (action === 'created' || changed_fields.length === 0) return null;
  return (
    <span className={classes.fields}>
      {changed_fields.map((pointer) => (
        <code key={pointer} title={pointer}>
          {fieldWords(pointer)}
        </code>
      ))}
    </span>
  );
}
