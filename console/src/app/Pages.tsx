import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { Loading } from '@/ui/Loading';
import { NotFound } from './NotFound';

const Overview = lazy(() => import('@/overview/OverviewPage'));
const Webhooks = lazy(() => import('@/webhooks/list/WebhooksPage'));
const NewWebhook = lazy(() => import('@/webhooks/form/NewWebhookPage'));
const EditWebhook = lazy(() => import('@/webhooks/form/EditWebhookPage'));
const Webhook = lazy(() => import('@/webhooks/detail/WebhookPage'));
const Events = lazy(() => import('@/events/EventsPage'));
const Event = lazy(() => import('@/events/EventPage'));
const Replays = lazy(() => import('@/replays/ReplaysPage'));
const Replay = lazy(() => import('@/replays/ReplayPage'));

/** What stands at which path. Pages are loaded when they are first shown; each makes its own `h1`. */
export function Pages() {
  return (
    <Suspense fallback={<Loading label="Loading the page" />}>
      <Switch>
        <Route path="/" component={Overview} />
        <Route path="/webhooks" component={Webhooks} />
        <Route path="/webhooks/new" component={NewWebhook} />
        <Route path="/webhooks/:id">{({ id }) => <Webhook key={id} id={id} />}</Route>
        <Route path="/webhooks/:id/edit">{({ id }) => <EditWebhook key={id} id={id} />}</Route>
        <Route path="/webhooks/:id/events/:eventId">
          {({ id, eventId }) => <Event key={eventId} id={id} eventId={eventId} />}
        </Route>
        <Route path="/webhooks/:id/replays">{({ id }) => <Replays key={id} id={id} />}</Route>
        <Route path="/webhooks/:id/replays/:replayId">
          {({ id, replayId }) => <Replay key={replayId} id={id} replayId={replayId} />}
        </Route>
        <Route path="/events" component={Events} />
        <Route component={NotFound} />
      </Switch>
    </Suspense>
  );
}
