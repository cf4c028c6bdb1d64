import { Button, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation } from 'wouter';
import type { Schemas } from '@/api/client';
import { asProblem } from '@/api/problem';
import { isolated } from '@/lib/bidi';
import { Icon } from '@/ui/Icon';
import type { IconName } from '@/ui/icons';
import { Loaded } from '@/ui/Loaded';
import { Loading } from '@/ui/Loading';
import { LinkButton } from '@/ui/links';
import { Page } from '@/ui/Page';
import { StatusBadge } from '@/ui/StatusBadge';
import { useQueryState } from '@/ui/useQueryState';
import { WebhookMenu } from '../list/WebhookMenu';
import { webhookQuery } from '../queries';
import { TestDialog } from '../TestDialog';
import { OverviewTab } from './OverviewTab';
import { Standing } from './Standing';
import classes from './WebhookPage.module.css';

const EventBrowser = lazy(() => import('@/events/EventBrowser').then((file) => ({ default: file.EventBrowser })));
const HistoryTab = lazy(() => import('./HistoryTab').then((file) => ({ default: file.HistoryTab })));
const VerifyTab = lazy(() => import('../verify/VerifyTab'));

const TABS: [tab: string, name: string, icon: IconName][] = [
  ['overview', 'Overview', 'chart'],
  ['events', 'Events', 'activity'],
  ['history', 'History', 'history'],
  ['verify', 'Signatures', 'key'],
];

/** One webhook: how it does, its events, who changed it, and how receivers verify it. */
export default function WebhookPage({ id }: { id: string }) {
  const webhook = useQuery(webhookQuery(id));
  const [params] = useQueryState();
  const [path, navigate] = useLocation();
  const { data } = webhook;
  // Events and history of a deleted webhook stay until they expire.
  const gone = !data && asProblem(webhook.error).code === 'webhook_not_found';
  const tabs = TABS.filter(([name]) => !gone || name === 'events' || name === 'history');
  const tab = tabs.find(([name]) => name === params.get('tab'))?.[0] ?? tabs[0]?.[0] ?? 'overview';
  // Each tab has parameters of its own in the address, which mean nothing to the others.
  const show = (next: string | null) => navigate(next === 'overview' || !next ? path : `${path}?tab=${next}`);
  return (
    <Page
      title={data ? isolated(data.name) : 'Webhook'}
      aside={data && <StatusBadge status={data.status === 'active' && data.failing_since ? 'failing' : data.status} />}
      subtitle={
        data && (
          // All of it stands below "Configuration".
          <span className={classes.target} title={data.url}>
            <code>{data.http_method}</code> <code>{data.url}</code>
          </span>
        )
      }
      back={{ href: '/webhooks', name: 'Webhooks' }}
      actions={data && <Actions webhook={data} />}
    >
      <Loaded query={webhook} what="the webhook">
        {(shown) => <Standing webhook={shown} />}
      </Loaded>
      {(data || gone) && (
        <Tabs value={tab} onChange={show} keepMounted={false}>
          <Tabs.List mb="md" className={classes.tabs ?? ''}>
            {tabs.map(([name, label, icon]) => (
              <Tabs.Tab key={name} value={name} leftSection={<Icon name={icon} />}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Suspense fallback={<Loading />}>
            <Tabs.Panel value="overview">{data && <OverviewTab webhook={data} />}</Tabs.Panel>
            <Tabs.Panel value="events">
              <EventBrowser webhook={id} />
            </Tabs.Panel>
            <Tabs.Panel value="history">
              <HistoryTab id={id} />
            </Tabs.Panel>
            <Tabs.Panel value="verify">
              <VerifyTab id={id} />
            </Tabs.Panel>
          </Suspense>
        </Tabs>
      )}
    </Page>
  );
}

function Actions({ webhook }: { webhook: Schemas['Webhook'] }) {
  const [testing, setTesting] = useState(false);
  const [, navigate] = useLocation();
  return (
    <>
      <LinkButton
        href={`/webhooks/${webhook.config_id}/replays`}
        variant="default"
        leftSection={<Icon name="repeat" />}
      >
        Replays
      </LinkButton>
      <Button variant="default" leftSection={<Icon name="send" />} onClick={() => setTesting(true)}>
        Test
      </Button>
      <LinkButton href={`/webhooks/${webhook.config_id}/edit`} variant="default" leftSection={<Icon name="edit" />}>
        Edit
      </LinkButton>
      <WebhookMenu webhook={webhook} onTest={() => setTesting(true)} onRemoved={() => navigate('/webhooks')} />
      <TestDialog webhook={testing ? webhook : null} onClose={() => setTesting(false)} />
    </>
  );
}
