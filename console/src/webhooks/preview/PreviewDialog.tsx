import { Button, Group, Modal, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/api/client';
import { quoted } from '@/lib/bidi';
import { sentence } from '@/lib/sentence';
import { Icon } from '@/ui/Icon';
import { Note } from '@/ui/Note';
import { ProblemNote } from '@/ui/ProblemNote';
import { PreviewedRequest } from './PreviewedRequest';

export interface PreviewDialogProps {
  /** Null: closed. */
  webhook: Pick<Schemas['Webhook'], 'config_id' | 'name'> | null;
  /** The form holds what is not saved: the preview is of what is. */
  unsaved?: boolean;
  onClose: () => void;
}

/** The request that a webhook would send, complete and signed. Nothing is sent. */
export default function PreviewDialog({ webhook, unsaved = false, onClose }: PreviewDialogProps) {
  return (
    <Modal opened={webhook !== null} onClose={onClose} title={`Preview of ${quoted(webhook?.name ?? '')}`} size="xl">
      {webhook && <PreviewForm id={webhook.config_id} unsaved={unsaved} />}
    </Modal>
  );
}

function PreviewForm({ id, unsaved }: { id: string; unsaved: boolean }) {
  const [of, setOf] = useState<'sample' | 'payload'>('sample');
  const [payload, setPayload] = useState('');
  const [type, setType] = useState('application/json');
  const preview = useMutation({
    // The answer holds signatures.
    gcTime: 0,
    mutationFn: () =>
      answer(
        api.POST('/webhook/{config_id}/preview', {
          params: { path: { config_id: id } },
          ...(of === 'payload' && {
            // As it was typed: white space and numbers count, for they are signed.
            body: payload,
            bodySerializer: () => payload,
            headers: type.trim() === '' ? {} : { 'content-type': type.trim() },
          }),
        }),
      ),
  });
  return (
    <Stack gap="sm">
      <Text size="sm">What would be sent now, with its signatures. Nothing is sent, and no event is made.</Text>
      {unsaved && (
        <Note kind="warn" title="It is a preview of the webhook as it is saved.">
          What you changed in the form since is not in it.
        </Note>
      )}
      <Radio.Group label="What is sent" value={of} onChange={(value) => setOf(value as typeof of)}>
        <Stack gap="xs" mt="xs">
          <Radio value="sample" label="The made-up payload of a test" />
          <Radio value="payload" label="A payload of mine" />
        </Stack>
      </Radio.Group>
      {of === 'payload' && (
        <>
          <Textarea
            label="Payload"
            autosize
            minRows={4}
            maxRows={14}
            spellCheck={false}
            autoComplete="off"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            value={payload}
            onChange={(event) => setPayload(event.currentTarget.value)}
          />
          <TextInput
            label="Content type"
            maw="24rem"
            value={type}
            onChange={(event) => setType(event.currentTarget.value)}
          />
        </>
      )}
      <Group justify="flex-end">
        <Button
          leftSection={<Icon name="eye" />}
          loading={preview.isPending}
          onClick={() => preview.mutate()}
          data-autofocus
        >
          Show the request
        </Button>
      </Group>
      {preview.error && <ProblemNote error={preview.error} title="There is no preview" />}
      {preview.data &&
        ('error' in preview.data ? (
          <Note kind="bad" role="status" title="No request would be sent: the event would fail">
            {sentence(preview.data.error.message)} (<code>{preview.data.error.code}</code>)
          </Note>
        ) : (
          <PreviewedRequest request={preview.data} />
        ))}
    </Stack>
  );
}
