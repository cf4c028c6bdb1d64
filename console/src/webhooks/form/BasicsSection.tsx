import { Stack, Switch, Textarea, TextInput } from '@mantine/core';
import { Panel } from '@/ui/Panel';
import type { WebhookFormApi } from './values';

/** What it is called, and whether events are delivered. */
export function BasicsSection({ form }: { form: WebhookFormApi }) {
  return (
    <Panel title="Basics">
      <Stack gap="md">
        <TextInput
          label="Name"
          description="For people: whose webhook it is, what it is for. 1 to 200 characters."
          required
          autoComplete="off"
          {...form.getInputProps('name')}
        />
        <Textarea
          label="Description"
          description="Up to 2,000 characters."
          autosize
          minRows={2}
          maxRows={10}
          {...form.getInputProps('description')}
        />
        <Switch
          label="Enabled"
          description="Events of a disabled webhook are skipped; they can be replayed later."
          {...form.getInputProps('enabled', { type: 'checkbox' })}
        />
      </Stack>
    </Panel>
  );
}
