import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '@/api/client';
import { Icon } from '@/ui/Icon';
import { notifyDone } from '@/ui/notify';
import { ProblemNote } from '@/ui/ProblemNote';
import { GraceFields, ONE_DAY } from '../secrets/GraceFields';
import { graceOf } from '../secrets/grace';
import { publicKeysQuery } from './queries';

export interface RotateKeyDialogProps {
  tenant_id: string;
  opened: boolean;
  onClose: () => void;
}

/** Gives the tenant another key for the `v1a` signatures of all its webhooks. */
export function RotateKeyDialog({ tenant_id, opened, onClose }: RotateKeyDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Rotate the tenant’s key" size="lg">
      {opened && <RotateKeyForm tenant_id={tenant_id} onClose={onClose} />}
    </Modal>
  );
}

function RotateKeyForm({ tenant_id, onClose }: Omit<RotateKeyDialogProps, 'opened'>) {
  const queries = useQueryClient();
  const [grace, setGrace] = useState(ONE_DAY);
  const [graceError, setGraceError] = useState<string | null>(null);
  const rotation = useMutation({
    mutationFn: (grace_period_seconds: number) =>
      answer(api.POST('/signing-key/rotate', { body: { grace_period_seconds } })),
    onSuccess: ({ keys }) => {
      queries.setQueryData(publicKeysQuery(tenant_id).queryKey, keys);
      notifyDone('The tenant’s key is rotated. It counts within a minute.');
      onClose();
    },
  });
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
        <Text size="sm">
          It concerns every webhook of the tenant that is signed by v1a. Receivers fetch the public keys again before
          the old one ends: tell them.
        </Text>
        <GraceFields what="key" value={grace} onChange={setGrace} error={graceError} />
        {rotation.error && (
          <ProblemNote
            error={rotation.error}
            title="The key was not rotated"
            unclear="It may have been rotated: look at the public keys before you rotate again."
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
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
