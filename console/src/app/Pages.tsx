import { type ComponentType, lazy, Suspense } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Loading } from '@/ui/Loading';
import { base } from './boot';
import { NotFound } from './NotFound';
import { PageBoundary } from './PageBoundary';

type Load = () => Promise<{ default: ComponentType<Record<string, string>> }>;

/** What stands at which path; parameters of the path are the page's properties. */
const PAGES: { path: string; load: Load }[] = [
  { path: '/', load: () => import('@/overview/OverviewPage') },
  { path: '/webhooks', load: () => import('@/webhooks/list/WebhooksPage') },
  { path: '/webhooks/new', load: () => import('@/webhooks/form/NewWebhookPage') },
  { path: '/webhooks/:id', load: page(() => import('@/webhooks/detail/WebhookPage')) },
  { path: '/webhooks/:id/edit', load: page(() => import('@/webhooks/form/EditWebhookPage')) },
  { path: '/webhooks/:id/events/:eventId', load: page(() => import('@/events/EventPage')) },
  { path: '/webhooks/:id/replays', load: page(() => import('@/replays/ReplaysPage')) },
  { path: '/webhooks/:id/replays/:replayId', load: page(() => import('@/replays/ReplayPage')) },
  { path: '/events', load: () => import('@/events/EventsPage') },
];

/** A page with parameters; the path that it stands at has all of them. */
function page<Params extends object>(load: () => Promise<{ default: ComponentType<Params> }>): Load {
  return load as unknown as Load;
}

const ROUTES = PAGES.map(({ path, load }) => ({ path, Page: lazy(load) }));

/** Begins to load the page that the address names, before it is known whether somebody has to sign in. */
export function warm(): void {
  const path = `/${location.pathname.slice(base.length)}`;
  const here = PAGES.find((page) => new RegExp(`^${page.path.replace(/:\w+/g, '[^/]+')}$`).test(path));
  // A failure shows when the page is shown.
  here?.load().catch(() => undefined);
}

/** The page that the address names. Pages are loaded when they are first shown; each makes its own `h1`. */
export function Pages() {
  const [path] = useLocation();
  return (
    <PageBoundary key={path}>
      <Suspense fallback={<Loading label="Loading the page" />}>
        <Switch>
          {ROUTES.map(({ path, Page }) => (
            <Route key={path} path={path}>
              {(params) => <Page key={JSON.stringify(params)} {...named(params)} />}
            </Route>
          ))}
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </PageBoundary>
  );
}

/** The parameters by name, without those by position. */
function named(params: Record<string | number, string | undefined>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) if (value !== undefined && !/^\d+$/.test(name)) out[name] = value;
  return out;
}
