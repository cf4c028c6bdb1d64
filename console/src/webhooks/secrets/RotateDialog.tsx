import { Button, Group, Modal, PasswordInput, Radio, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '@/api/client';
import { asProblem } from '@/api/problem';
import { quoted } from '@/lib/bidi';
import { Icon } from '@/ui/Icon';
import { notifyDone } from '@/ui/notify';
import { ProblemNote } from '@/ui/ProblemNote';
import { GraceFields, ONE_DAY } from './GraceFields';
import { graceOf } from './grace';
import { SecretDialog } from './SecretDialog';

export interface RotateDialogProps {
  /** Null: closed. */
  webhook: Pick<Schemas['Webhook'], 'config_id' | 'name'> | null;
  onClose: () => void;
}

/** Gives a webhook another signing secret, and shows it once where Hookstep made it. */
export default function RotateDialog({ webhook, onClose }: RotateDialogProps) {
  const [made, setMade] = useState<{ secret: string; name: string } | null>(null);
  const rotated = (answered: Schemas['Webhook']) => {
    const { name, signing } = answered;
    if (signing.secret !== undefined) return setMade({ secret: signing.secret, name });
    notifyDone(`The signing secret of ${quoted(name)} is replaced.`);
    onClose();
  };
  const closed = () => {
    setMade(null);
    onClose();
  };
  return (
    <>
      <Modal opened={webhook !== null && made === null} onClose={onClose} title="Rotate the signing secret" size="lg">
        {webhook && <RotateForm id={webhook.config_id} onDone={rotated} onCancel={onClose} />}
      </Modal>
      <SecretDialog secret={made?.secret ?? null} name={made?.name ?? ''} onClose={closed} />
    </>
  );
}

interface RotateFormProps {
  id: string;
  onDone: (webhook: Schemas['Webhook']) => void;
  onCancel: () => void;
}

function RotateForm({ id, onDone, onCancel }: RotateFormProps) {
  const queries = useQueryClient();
  const [whose, setWhose] = useState<'made' | 'own'>('made');
  const [own, setOwn] = useState('');
  const [grace, setGrace] = useState(ONE_DAY);
  const [graceError, setGraceError] = useState<string | null>(null);
  const rotation = useMutation({
    // The answer holds the secret.
    gcTime: 0,
    mutationFn: (grace_period_seconds: number) =>
      answer(
        api.POST('/webhook/{config_id}/secret/rotate', {
          params: { path: { config_id: id } },
          body: { grace_period_seconds, ...(whose === 'own' && { secret: own }) },
        }),
      ),
    onSuccess: (webhook) => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] });
      onDone(webhook);
    },
  });
  const problem = rotation.error && asProblem(rotation.error);
  const of = (pointer: string) => problem?.errors.find((error) => error.pointer === pointer)?.detail ?? null;
  const placed = of('/secret') ?? of('/grace_period_seconds');
  const submit = () => {
    const seconds = graceOf(grace.ends, grace.text);
    setGraceError(typeof seconds === 'string' ? seconds : null);
    if (typeof seconds === 'number') rotation.mutate(seconds);
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack gap="md">
        <Radio.Group label="The new secret" value={whose} onChange={(value) => setWhose(value as typeof whose)}>
          <Stack gap="xs" mt="xs">
            <Radio value="made" label="Hookstep makes it and shows it once" />
            <Radio value="own" label="One of my own" />
          </Stack>
        </Radio.Group>
        {whose === 'own' && (
          <PasswordInput
            label="Your signing secret"
            description="whsec_ and 24 to 64 bytes in base64, with its padding. Not shown again."
            placeholder="whsec_…"
            required
            autoComplete="new-password"
            spellCheck={false}
            value={own}
            onChange={(event) => setOwn(event.currentTarget.value)}
            error={of('/secret')}
            visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed: your signing secret' }}
          />
        )}
        <GraceFields
          what="secret"
          value={grace}
          onChange={setGrace}
          error={graceError ?? of('/grace_period_seconds')}
        />
        {problem && !placed && (
          <ProblemNote
            error={problem}
            title="The secret was not rotated"
            unclear="It may have been rotated: close this and look at when the secret was made. One that Hookstep made can’t be shown again; rotate once more to get one that you know."
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button
            type="submit"
            leftSection={<Icon name="refresh" />}
            color={grace.ends === 'now' ? 'red' : 'brand'}
            loading={rotation.isPending}
          >
            Rotate
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
