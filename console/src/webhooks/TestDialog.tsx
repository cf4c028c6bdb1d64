import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/api/client';
import { quoted } from '@/lib/bidi';
import { Icon } from '@/ui/Icon';
import { ProblemNote } from '@/ui/ProblemNote';
import { TestOutcome } from './TestOutcome';

export interface TestDialogProps {
  /** Null: closed. */
  webhook: Pick<Schemas['Webhook'], 'config_id' | 'name' | 'url' | 'http_method'> | null;
  onClose: () => void;
}

type Sample = 'made_up' | 'newest';

/** Sends one test event to the receiver and shows what it answered. */
export function TestDialog({ webhook, onClose }: TestDialogProps) {
  return (
    <Modal opened={webhook !== null} onClose={onClose} title={`Test ${quoted(webhook?.name ?? '')}`} size="lg">
      {webhook && <TestForm webhook={webhook} />}
    </Modal>
  );
}

function TestForm({ webhook }: { webhook: NonNullable<TestDialogProps['webhook']> }) {
  const queries = useQueryClient();
  const [sample, setSample] = useState<Sample>('made_up');
  const test = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/webhook/{config_id}/test', {
          params: { path: { config_id: webhook.config_id }, query: sample === 'newest' ? { sample } : {} },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks', webhook.config_id] }),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">
        One event is sent to the real receiver, <code>{webhook.http_method}</code> <code>{webhook.url}</code>, also
        while the webhook is disabled.
      </Text>
      <Radio.Group label="What is sent" value={sample} onChange={(value) => setSample(value as Sample)}>
        <Stack gap="xs" mt="xs">
          <Radio value="made_up" label="A made-up payload that says that it is a test" />
          <Radio value="newest" label="The payload of the newest real event" />
        </Stack>
      </Radio.Group>
      <Group justify="flex-end">
        <Button
          leftSection={<Icon name="send" />}
          loading={test.isPending}
          onClick={() => test.mutate()}
          data-autofocus
        >
          {test.isIdle ? 'Send the test event' : 'Send another'}
        </Button>
      </Group>
      {test.error && (
        <ProblemNote
          error={test.error}
          title="No test event was sent"
          unclear="It may have been sent: look at the webhook’s events."
        />
      )}
      {test.data && <TestOutcome config_id={webhook.config_id} outcome={test.data} />}
    </Stack>
  );
}
