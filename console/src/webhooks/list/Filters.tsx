import { CloseButton, Select, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Icon } from '@/ui/Icon';
import classes from './Filters.module.css';

const WAIT_MS = 250;

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
        name="q"
        label="Search"
        placeholder="Name, URL, event name, id"
        value={params.get('q') ?? ''}
        onChange={onChange}
      />
      <TextFilter
        name="event_name"
        label="Event name"
        placeholder="order.created"
        value={params.get('event_name') ?? ''}
        onChange={onChange}
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

interface TextFilterProps {
  name: string;
  label: string;
  placeholder: string;
  value: string;
  onChange: FiltersProps['onChange'];
}

function TextFilter({ name, label, placeholder, value, onChange }: TextFilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange({ [name]: typed.trim() || null }), WAIT_MS);
    return () => clearTimeout(timer);
  }, [typed, value, name, onChange]);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => setTyped(event.currentTarget.value)}
      leftSection={name === 'q' ? <Icon name="search" /> : undefined}
      rightSection={typed && <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => setTyped('')} />}
    />
  );
}
