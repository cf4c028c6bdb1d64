import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answer, api } from '@/api/client';
import { sentence } from '@/lib/sentence';
import { duration } from '@/lib/time';
import { Icon } from '@/ui/Icon';
import { Note } from '@/ui/Note';
import { ProblemNote } from '@/ui/ProblemNote';

export interface TestAuthProps {
  id: string;
  /** What is in the form is not what is saved. */
  changed: boolean;
}

/** Tries the saved authentication without sending a webhook. */
export function TestAuth({ id, changed }: TestAuthProps) {
  const trial = useMutation({
    mutationFn: () => answer(api.POST('/webhook/{config_id}/test-auth', { params: { path: { config_id: id } } })),
  });
  const { data } = trial;
  return (
    <Stack gap="xs" align="flex-start">
      <Button
        variant="default"
        leftSection={<Icon name="key" />}
        loading={trial.isPending}
        onClick={() => trial.mutate()}
      >
        Test the authentication
      </Button>
      <Text size="xs" c="dimmed">
        Opens the secrets and asks for a token where there is one to ask for; nothing is sent to the receiver.
        {changed && ' It tests what is saved: save first to test what you changed.'}
      </Text>
      {trial.error && <ProblemNote error={trial.error} title="The authentication could not be tested" />}
      {data && (
        <Note kind={data.ok ? 'good' : 'bad'} role="status" title={data.ok ? 'It works' : 'It does not work'}>
          {data.error && (
            <div>
              {sentence(data.error.message)} (<code>{data.error.code}</code>)
            </div>
          )}
          {data.token && (
            <div>
              A token of type {data.token.token_type}
              {data.token.expires_in !== null && `, good for ${duration(data.token.expires_in * 1_000)}`}.
            </div>
          )}
          {data.ok && !data.token && (
            <div>Everything is set and can be opened. Whether the receiver takes it, a test event tells.</div>
          )}
          <div>Took {duration(data.duration_ms)}.</div>
        </Note>
      )}
    </Stack>
  );
}
