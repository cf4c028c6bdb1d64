import { Select } from '@mantine/core';
import { Icon } from '@/ui/Icon';
import { TextFilter } from '@/ui/TextFilter';
import classes from './Filters.module.css';

export interface FiltersProps {
  /** `q`, `status` and `event_name` are read. */
  params: URLSearchParams;
  onChange: (change: Record<string, string | null>) => void;
}

/** What narrows the list; all of it stands in the page's address. */
export function Filters({ params, onChange }: FiltersProps) {
  return (
    <search className={classes.filters} aria-label="Webhooks">
      <TextFilter
        label="Search"
        placeholder="Name, URL, event name, id"
        leftSection={<Icon name="search" />}
        value={params.get('q')}
        onChange={(q) => onChange({ q })}
      />
      <TextFilter
        label="Event name"
        placeholder="order.created"
        value={params.get('event_name')}
        onChange={(event_name) => onChange({ event_name })}
      />
      <Select
        label="Status"
        value={params.get('status') ?? ''}
        onChange={(status) => onChange({ status: status || null })}
        allowDeselect={false}
        data={[
          { value: '', label: 'All' },
          { value: 'active', label: 'Active' },
          { value: 'disabled', label: 'Disabled' },
          { value: 'auto_disabled', label: 'Auto-disabled' },
        ]}
      />
    </search>
  );
}
