import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
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
import { fromInput, toInput } from './localTime';

const WAIT_MS = 300;
const CUSTOM = 'custom';
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
        <TextFilter name="event_name" label="Event name" value={filter.event_name} onChange={onChange} />
        <TextFilter name="correlation_id" label="Correlation id" value={filter.correlation_id} onChange={onChange} />
        {range === CUSTOM && (
          <>
            <TextInput
              type="datetime-local"
              label="From (your time)"
              value={toInput(filter.from)}
              onChange={(event) => onChange({ from: fromInput(event.currentTarget.value), range: null })}
            />
            <TextInput
              type="datetime-local"
              label="To (your time)"
              value={toInput(filter.to)}
              onChange={(event) => onChange({ to: fromInput(event.currentTarget.value), range: null })}
            />
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

interface TextFilterProps {
  name: 'event_name' | 'correlation_id';
  label: string;
  value: string | null;
  onChange: EventFiltersProps['onChange'];
}

function TextFilter({ name, label, value, onChange }: TextFilterProps) {
  const [typed, setTyped] = useState(value ?? '');
  useEffect(() => setTyped(value ?? ''), [value]);
  useEffect(() => {
    if (typed.trim() === (value ?? '')) return;
    const timer = setTimeout(() => onChange({ [name]: typed.trim() || null }), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed, value, name, onChange]);
  return (
    <TextInput
      label={label}
      placeholder="Exactly as it is"
      maxLength={255}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      rightSection={typed && <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => setTyped('')} />}
    />
  );
}
