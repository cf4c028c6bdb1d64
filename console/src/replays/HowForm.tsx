import { NumberInput, Radio, Stack } from '@mantine/core';
import type { ReplayHow } from './queries';

const MOST_PER_SECOND = 500;

export interface HowFormProps {
  how: ReplayHow;
  onChange: (how: ReplayHow) => void;
  /** Many events: how fast they are sent can be chosen. */
  many: boolean;
}

/** How events are sent again. */
export function HowForm({ how, onChange, many }: HowFormProps) {
  return (
    <Stack gap="md">
      <Radio.Group
        label="What is sent"
        value={how.payload}
        onChange={(payload) => onChange({ ...how, payload: payload as ReplayHow['payload'] })}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="as_configured"
            label="As configured"
            description="The payload in the shape that the webhook has now"
          />
          <Radio value="as_sent" label="As sent" description="The same bytes as at the first attempt" />
        </Stack>
      </Radio.Group>
      <Radio.Group
        label="webhook-id"
        value={how.webhook_id}
        onChange={(webhook_id) => onChange({ ...how, webhook_id: webhook_id as ReplayHow['webhook_id'] })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="same" label="The same" description="A receiver that has already taken the event drops it" />
          <Radio value="new" label="A new one" description="It counts as another message" />
        </Stack>
      </Radio.Group>
      {many && (
        <NumberInput
          label="Events a second, at most"
          value={how.per_second}
          onChange={(value) => typeof value === 'number' && onChange({ ...how, per_second: value })}
          min={1}
          max={MOST_PER_SECOND}
          clampBehavior="blur"
          allowDecimal={false}
          maw="14rem"
        />
      )}
    </Stack>
  );
}
