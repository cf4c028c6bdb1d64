import { useQueryState } from '@/ui/useQueryState';
import { EventFilters } from './EventFilters';
import { EventList } from './EventList';
import { filterOf, isFiltered } from './filter';

export interface EventBrowserProps {
  /** Events of this webhook only. */
  webhook?: string;
  /** Names of webhooks by id, where those of all are listed. */
  webhooks?: ReadonlyMap<string, string>;
}

/** Events with what narrows them; the address of the page says all of it. */
export function EventBrowser({ webhook, webhooks }: EventBrowserProps) {
  const [params, setParams] = useQueryState();
  const filter = filterOf(params, webhook ?? null);
  const names = webhooks && { webhooks };
  return (
    <>
      <EventFilters filter={filter} params={params} onChange={setParams} {...names} />
      <EventList key={JSON.stringify(filter)} filter={filter} filtered={isFiltered(params)} {...names} />
    </>
  );
}
