import { Button, Select } from '@mantine/core';
import { useState } from 'react';
import { MomentInput } from '@/ui/MomentInput';
import { TextFilter } from '@/ui/TextFilter';
import classes from './EventFilters.module.css';
import {
  type EventFilter,
  type EventStatus,
  isFiltered,
  listsEverything,
  NO_FILTER,
  RANGES,
  statusesFor,
} from './filter';

const CUSTOM = 'custom';
const EXACT = { placeholder: 'Exactly as it is', maxLength: 255 };
const NAMES: Record<EventStatus, string> = {
  failed: 'Failed',
  in_progress: 'In progress',
  succeeded: 'Succeeded',
  skipped: 'Skipped',
};

export interface EventFiltersProps {
  filter: EventFilter;
  params: URLSearchParams;
  onChange: (change: Record<string, string | null>) => void;
  /** Names by id, to choose from; left out on the page of one webhook. */
  webhooks?: ReadonlyMap<string, string>;
}

/** What narrows a list of events; all of it stands in the page's address. Only what can be asked for can be chosen. */
export function EventFilters({ filter, params, onChange, webhooks }: EventFiltersProps) {
  const [custom, setCustom] = useState(filter.from !== null || filter.to !== null);
  const everything = listsEverything(filter);
  const range = filter.range ?? (custom || filter.from || filter.to ? CUSTOM : '');
  return (
    <search aria-label="Events">
      <div className={classes.filters}>
        <Select
          label="Status"
          value={filter.status ?? ''}
          onChange={(status) => onChange({ status: status || null })}
          allowDeselect={false}
          data={[
            ...(everything ? [{ value: '', label: 'All' }] : []),
            ...statusesFor(filter).map((status) => ({ value: status, label: NAMES[status] })),
          ]}
        />
        <Select
          label="Time"
          value={range}
          onChange={(value) => {
            setCustom(value === CUSTOM);
            onChange({ range: value && value !== CUSTOM ? value : null, from: null, to: null });
          }}
          allowDeselect={false}
          data={[
            { value: '', label: 'Any time' },
            ...Object.entries(RANGES).map(([value, { name }]) => ({ value, label: name })),
            { value: CUSTOM, label: 'From … to …' },
          ]}
        />
        {webhooks && (
          <Select
            label="Webhook"
            placeholder="All webhooks"
            value={filter.webhook}
            onChange={(webhook) => onChange({ webhook })}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'Clear Webhook' }}
            nothingFoundMessage="No webhook is called so"
            data={choices(webhooks, filter.webhook)}
          />
        )}
        <TextFilter
          {...EXACT}
          label="Event name"
          value={filter.event_name}
          onChange={(event_name) => onChange({ event_name })}
        />
        <TextFilter
          {...EXACT}
          label="Correlation id"
          value={filter.correlation_id}
          onChange={(correlation_id) => onChange({ correlation_id })}
        />
        {range === CUSTOM && (
          <>
            <MomentInput
              label="From (your time)"
              value={filter.from}
              onChange={(from) => onChange({ from, range: null })}
            />
            <MomentInput label="To (your time)" value={filter.to} onChange={(to) => onChange({ to, range: null })} />
          </>
        )}
      </div>
      <div className={classes.below}>
        {!everything && (
          <p>
            Across webhooks, events that failed and those in progress are listed. Choose a webhook, or give a
            correlation id, to see those of every status.
          </p>
        )}
        {isFiltered(params) && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              setCustom(false);
              onChange({ ...NO_FILTER, ...(webhooks && { webhook: null }) });
            }}
          >
            Clear the filters
          </Button>
        )}
      </div>
    </search>
  );
}

function choices(webhooks: ReadonlyMap<string, string>, chosen: string | null) {
  const known = [...webhooks].map(([value, label]) => ({ value, label }));
  known.sort((a, b) => a.label.localeCompare(b.label));
  // One that was deleted, or is not among those that were loaded, stays chosen.
  return chosen === null || webhooks.has(chosen) ? known : [{ value: chosen, label: chosen }, ...known];
}
