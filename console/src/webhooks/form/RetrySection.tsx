import { ActionIcon, Button, Checkbox, Group, Input, Menu, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/Panel';
import classes from './RetrySection.module.css';
import { DEFAULT_RETRY_ON, DEFAULT_SCHEDULE, type RetryClass, rowId, type WebhookFormApi } from './values';
import { longestInAll, parseWait, waitText } from './waits';

const CLASSES: { value: RetryClass; label: string }[] = [
  { value: 'network', label: 'Network: no connection, no name, TLS fails, the answer breaks off, no token' },
  { value: 'timeout', label: 'Timeout: nothing comes in time' },
  { value: '408', label: '408 Request Timeout' },
  { value: '425', label: '425 Too Early' },
  { value: '429', label: '429 Too Many Requests' },
  { value: '5xx', label: '5xx: the receiver failed' },
  { value: 'non_2xx', label: 'Every other status that is not 2xx' },
];

const PRESETS: { name: string; schedule: number[]; max: number }[] = [
  { name: 'Standard: nine retries over three days', schedule: DEFAULT_SCHEDULE, max: 9 },
  { name: 'Short: five retries within 15 minutes', schedule: [5, 30, 60, 300, 600], max: 5 },
  { name: 'Every hour for a day', schedule: [3_600], max: 24 },
  { name: 'Never', schedule: DEFAULT_SCHEDULE, max: 0 },
];
const WAITS_MAX = 50;

/** When an event that failed is tried again. */
export function RetrySection({ form }: { form: WebhookFormApi }) {
  const { schedule, max_retries } = form.values.retry_policy;
  const path = 'retry_policy.schedule';
  const apply = (seconds: number[], max: number) => {
    form.setFieldValue('retry_policy', {
      max_retries: max,
      schedule: seconds.map((each) => ({ id: rowId(), text: waitText(each) })),
      retry_on: form.values.retry_policy.retry_on.length ? form.values.retry_policy.retry_on : DEFAULT_RETRY_ON,
    });
    form.clearErrors();
  };
  return (
    <Panel
      title="Retries"
      aside={
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="xs" variant="default" rightSection={<Icon name="chevron-down" size={14} />}>
              Take a preset
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {PRESETS.map((preset) => (
              <Menu.Item key={preset.name} onClick={() => apply(preset.schedule, preset.max)}>
                {preset.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      }
    >
      <Stack gap="md">
        <NumberInput
          label="Retries"
          description="After the first attempt; 0 to 50. 0: one attempt and no more."
          allowDecimal={false}
          allowNegative={false}
          maw="24rem"
          placeholder="9"
          {...form.getInputProps('retry_policy.max_retries')}
        />
        <fieldset className={classes.waits}>
          <legend>Waits</legend>
          <p>
            Before each retry it waits for a random part of this time, so that receivers are not hit by all at once.
            Write 30 s, 5 min, 1 h 30 min, 1 d; 1 s to 1 d each, up to 50. The last one counts for all further retries.
          </p>
          <ol>
            {schedule.map((wait, at) => {
              const field = form.getInputProps(`${path}.${at}.text`);
              return (
                <li key={wait.id}>
                  <TextInput
                    {...field}
                    size="xs"
                    aria-label={`Wait before retry ${at + 1}`}
                    leftSection={<span aria-hidden="true">{at + 1}</span>}
                    autoComplete="off"
                    onBlur={(event) => {
                      const seconds = parseWait(wait.text);
                      if (seconds !== null) form.setFieldValue(`${path}.${at}.text`, waitText(seconds));
                      field.onBlur?.(event);
                    }}
                  />
                  <ActionIcon
                    aria-label={`Remove the wait before retry ${at + 1}`}
                    title="Remove"
                    disabled={schedule.length === 1}
                    onClick={() => form.removeListItem(path, at)}
                  >
                    <Icon name="close" size={14} />
                  </ActionIcon>
                </li>
              );
            })}
          </ol>
          {form.errors[path] && <Input.Error>{form.errors[path]}</Input.Error>}
          <Group gap="sm">
            <Button
              size="xs"
              variant="default"
              leftSection={<Icon name="plus" size={14} />}
              disabled={schedule.length >= WAITS_MAX}
              data-path={path}
              onClick={() => form.insertListItem(path, { id: rowId(), text: schedule.at(-1)?.text ?? '5 min' })}
            >
              Add a wait
            </Button>
            <Text size="xs" c="dimmed" role="status">
              {inWords(
                schedule.map(({ text }) => parseWait(text)),
                Number(max_retries === '' ? 9 : max_retries),
              )}
            </Text>
          </Group>
        </fieldset>
        <Checkbox.Group
          label="What is tried again"
          description="Faults of Hookstep always are. What would come to the same never is: 410 Gone, a payload of the wrong shape, an address that may not be reached."
          {...form.getInputProps('retry_policy.retry_on')}
        >
          <Stack gap="xs" mt="xs">
            {CLASSES.map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
      </Stack>
    </Panel>
  );
}

/** What the schedule comes to: "10 attempts over at most 3 d 4 h 35 min". */
function inWords(waits: (number | null)[], max: number): string {
  if (max === 0) return 'One attempt, no retry.';
  if (waits.includes(null) || !Number.isInteger(max)) return '';
  const total = longestInAll(waits as number[], max);
  return `${max + 1} attempts over at most ${waitText(total)}, and longer where the receiver asks for it.`;
}
