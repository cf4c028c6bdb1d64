import { Button, Menu, Stack, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '@/ui/Icon';
import { Note } from '@/ui/Note';
import { FilterTrial } from './FilterTrial';
import { jsonFault } from './faults';
import classes from './fields.module.css';
import { FILTER_EXAMPLES, withExample } from './filterExamples';

export interface FilterEditorProps {
  /** The webhook whose events can be taken to try it; null before it is saved. */
  id: string | null;
  eventName: string;
  /** JSON. */
  text: string;
  onChange: (text: string) => void;
  error: ReactNode;
}

/** An event pattern in JSON, with examples, tried on an event while it is written. */
export function FilterEditor({ id, eventName, text, onChange, error }: FilterEditorProps) {
  const fault = jsonFault(text);
  return (
    <Stack gap="xs">
      <Textarea
        label="Filter"
        description={
          'An EventBridge event pattern over the whole event: source, detail-type, detail and the rest. Every field that it names has to match. It narrows the events of the event name; empty: all of them. Up to 4,096 bytes.'
        }
        placeholder={'{ "detail": { "total": [{ "numeric": [">=", 100] }] } }'}
        className={classes.mono ?? ''}
        autosize
        minRows={4}
        maxRows={24}
        spellCheck={false}
        autoComplete="off"
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        error={error}
        data-path="filter"
      />
      <div>
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              disabled={fault !== null}
              rightSection={<Icon name="chevron-down" size={14} />}
            >
              Add an example
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah="20rem" className={classes.menu ?? ''}>
            {FILTER_EXAMPLES.map((example) => (
              <Menu.Item key={example.name} onClick={() => onChange(withExample(text, example) ?? text)}>
                {example.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      {text.trim() !== '' && eventName === '' && (
        <Note kind="info">
          Without an event name the webhook gets no events by its filter: the filter has no effect.
        </Note>
      )}
      {text.trim() !== '' && <FilterTrial id={id} eventName={eventName} filter={text} />}
    </Stack>
  );
}
