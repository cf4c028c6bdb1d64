import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { quoted } from '@/lib/bidi';
import { copyText } from '@/lib/copyText';
import { Icon } from '@/ui/Icon';
import { Note } from '@/ui/Note';
import { notifyFailed } from '@/ui/notify';
import { useUnsaved } from '@/ui/unsaved';
import classes from './SecretDialog.module.css';

export interface SecretDialogProps {
  /** `whsec_…`; null: closed. */
  secret: string | null;
  /** Whose it is. */
  name: string;
  onClose: () => void;
}

/** A signing secret that Hookstep has just made: it is shown here and never again. Closing asks if it was not copied. */
export function SecretDialog({ secret, name, onClose }: SecretDialogProps) {
  return secret === null ? null : <Shown secret={secret} name={name} onClose={onClose} />;
}

function Shown({ secret, name, onClose }: { secret: string; name: string; onClose: () => void }) {
  const [copied, setCopied] = useState(false);
  const [asking, setAsking] = useState(false);
  const close = () => (copied ? onClose() : setAsking(true));
  useUnsaved(!copied, () => {
    setAsking(true);
    return Promise.resolve(false);
  });
  const copy = async () => {
    try {
      await copyText(secret);
      setCopied(true);
      setAsking(false);
    } catch (thrown) {
      notifyFailed('Could not copy', thrown);
    }
  };
  return (
    <Modal opened onClose={close} title={`Signing secret of ${quoted(name)}`} size="lg" closeOnClickOutside={false}>
      <Stack gap="md">
        <Note kind="warn" title="It is shown this once, and never again.">
          Give it to the receiver, who verifies by it that requests are yours. If it is lost, rotate it.
        </Note>
        <TextInput
          label="Signing secret"
          value={secret}
          readOnly
          className={classes.secret ?? ''}
          onFocus={(event) => event.currentTarget.select()}
          onCopy={() => setCopied(true)}
        />
        {asking && (
          <Note kind="bad" role="alert" title="You have not copied it.">
            Once this is closed, nobody can look it up.
          </Note>
        )}
        <Text size="sm" role="status">
          {copied ? 'Copied.' : ''}
        </Text>
        <Group justify="flex-end" gap="xs">
          {asking ? (
            <Button variant="default" onClick={onClose}>
              Close without copying
            </Button>
          ) : (
            <Button variant="default" onClick={close}>
              Close
            </Button>
          )}
          <Button leftSection={<Icon name={copied ? 'check' : 'copy'} />} onClick={() => void copy()} data-autofocus>
            Copy the secret
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
