import { Button, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api, type Schemas } from '@/api/client';
import { isolated } from '@/lib/bidi';
import { count } from '@/lib/numbers';
import { local } from '@/lib/time';
import { CopyButton } from '@/ui/CopyButton';
import { Facts } from '@/ui/Facts';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { TextLink } from '@/ui/links';
import { Note } from '@/ui/Note';
import { notifyFailed } from '@/ui/notify';
import { Page } from '@/ui/Page';
import { Panel } from '@/ui/Panel';
import { StatusBadge } from '@/ui/StatusBadge';
import { Time } from '@/ui/Time';
import { webhookQuery } from '@/webhooks/queries';
import { goesOn, replayQuery } from './queries';
import classes from './ReplayPage.module.css';
import { percent, progressWords, STOPPED, selectionWords } from './words';

type Replay = Schemas['Replay'];

/** How far one replay is. */
export default function ReplayPage({ id, replayId }: { id: string; replayId: string }) {
  const webhook = useQuery(webhookQuery(id));
  const replay = useQuery(replayQuery(id, replayId));
  return (
    <Page
      title="Replay"
      back={{
        href: `/webhooks/${id}/replays`,
        name: `Replays of ${webhook.data ? isolated(webhook.data.name) : 'the webhook'}`,
      }}
      aside={replay.data && <StatusBadge status={replay.data.status} />}
      subtitle={replay.data && selectionWords(replay.data.selection, (moment) => local(new Date(moment)))}
      actions={replay.data && <Actions replay={replay.data} />}
    >
      <Loaded query={replay} what="the replay">
        {(data) => (
          <>
            <Panel title="Progress">
              <Bar replay={data} />
              {data.reason && (
                <Note kind={data.status === 'failed' ? 'bad' : 'info'} title={STOPPED[data.reason].why}>
                  {STOPPED[data.reason].advice}
                </Note>
              )}
            </Panel>
            <Panel title="Counts">
              <Facts facts={counts(data)} />
            </Panel>
            <Panel title="Details">
              <Facts facts={details(data, webhook.data?.name)} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Bar({ replay }: { replay: Replay }) {
  const done = percent(replay);
  return (
    <div className={classes.progress}>
      <div className={classes.words} role="status">
        <strong>{progressWords(replay)}</strong>
        {done !== null && <span>{done} %</span>}
      </div>
      <Progress.Root size="lg">
        <Progress.Section
          value={done ?? 100}
          striped={goesOn(replay)}
          animated={goesOn(replay)}
          aria-label="Progress of the replay"
        />
      </Progress.Root>
    </div>
  );
}

function counts(replay: Replay): [string, string | null][] {
  const shown = (number: number) => (number > 0 ? count(number) : null);
  return [
    ['Sent again', count(replay.replayed)],
    ['Not found', shown(replay.not_found) && `${count(replay.not_found)} (expired, or of another status by now)`],
    ['In progress', shown(replay.in_progress) && `${count(replay.in_progress)} (not sent again)`],
    ['Payload gone', shown(replay.payload_missing)],
    ['Unreadable', shown(replay.unreadable)],
  ];
}

function details(replay: Replay, name: string | undefined): Parameters<typeof Facts>[0]['facts'] {
  return [
    [
      'Webhook',
      <TextLink key="webhook" href={`/webhooks/${replay.config_id}`}>
        {name ?? replay.config_id}
      </TextLink>,
    ],
    [
      'New events',
      <TextLink
        key="events"
        href={`/webhooks/${replay.config_id}?tab=events&from=${encodeURIComponent(replay.created_at)}`}
      >
        Those accepted since it began
      </TextLink>,
    ],
    ['Payload', replay.payload === 'as_sent' ? 'As sent: the same bytes as at the first attempt' : 'As configured now'],
    ['webhook-id', replay.webhook_id === 'new' ? 'A new one for each' : 'The same'],
    ['Events a second', `at most ${count(replay.per_second)}`],
    ['Begun', <Time key="begun" value={replay.created_at} format="absolute" />],
    ['Last change', <Time key="changed" value={replay.updated_at} format="absolute" />],
    ['Kept until', <Time key="kept" value={replay.expires_at} format="absolute" />],
    [
      'Replay id',
      <span key="id" className={classes.id}>
        <code>{replay.replay_id}</code>
        <CopyButton value={replay.replay_id} label="Copy the replay id" />
      </span>,
    ],
  ];
}

function Actions({ replay }: { replay: Replay }) {
  const queries = useQueryClient();
  const params = { path: { config_id: replay.config_id, replay_id: replay.replay_id } };
  const change = useMutation({
    mutationFn: (to: 'stop' | 'resume') =>
      to === 'stop'
        ? answer(api.POST('/webhook/{config_id}/replays/{replay_id}/stop', { params }))
        : answer(api.POST('/webhook/{config_id}/replays/{replay_id}/resume', { params })),
    onError: (error, to) => notifyFailed(to === 'stop' ? 'It was not stopped' : 'It was not resumed', error),
    onSettled: () => queries.invalidateQueries({ queryKey: ['webhooks', replay.config_id, 'replays'] }),
  });
  if (replay.status === 'running')
    return (
      <Button
        variant="default"
        leftSection={<Icon name="stop" />}
        loading={change.isPending}
        onClick={() => change.mutate('stop')}
      >
        Stop
      </Button>
    );
  if ((replay.status === 'stopped' || replay.status === 'failed') && replay.reason !== 'webhook_deleted')
    return (
      <Button leftSection={<Icon name="play" />} loading={change.isPending} onClick={() => change.mutate('resume')}>
        Resume
      </Button>
    );
  return null;
}
