import { Radio, Stack, Textarea } from '@mantine/core';
import { Panel } from '@/ui/Panel';
import classes from './fields.module.css';
import type { WebhookFormApi } from './values';

/** What becomes of the payload before it is sent. */
export function PayloadSection({ form }: { form: WebhookFormApi }) {
  return (
    <Panel title="Payload">
      <Stack gap="md">
        <Textarea
          label="Transformation"
          description="A JSONata expression that makes the body out of the payload, which then has to be JSON of up to 1 MiB. $event holds event_id, event_name, created_at and config_id. Empty: the payload as it was given. Up to 4,096 bytes."
          placeholder={'{ "id": order.id, "total": $sum(order.lines.(price * quantity)) }'}
          className={classes.mono ?? ''}
          autosize
          minRows={3}
          maxRows={18}
          spellCheck={false}
          {...form.getInputProps('transformation')}
        />
        <Radio.Group
          label="Format"
          description="The envelope goes around what the transformation makes. Its type is the event name, so it needs one."
          {...form.getInputProps('payload_format')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="as_is" label="As it is" />
            <Radio
              value="standard_webhooks"
              label="Standard Webhooks envelope"
              description={'{"type": …, "timestamp": …, "data": the payload}'}
            />
          </Stack>
        </Radio.Group>
      </Stack>
    </Panel>
  );
}
