import { Stack, TextInput } from '@mantine/core';
import { Panel } from '@/ui/Panel';
import { FilterEditor } from './FilterEditor';
import type { WebhookFormApi } from './values';

/** Which events of the bus it gets. */
export function EventsSection({ form, id }: { form: WebhookFormApi; id: string | null }) {
  const { event_name, filter } = form.values;
  return (
    <Panel title="Events">
      <Stack gap="md">
        <TextInput
          label="Event name"
          description="The detail-type of the bus events that it gets; up to 128 characters. Empty: it gets events that name it, and triggers of the API."
          placeholder="order.created"
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('event_name')}
        />
        <FilterEditor
          id={id}
          eventName={event_name}
          text={filter}
          onChange={(text) => form.setFieldValue('filter', text)}
          error={form.errors.filter}
        />
      </Stack>
    </Panel>
  );
}
