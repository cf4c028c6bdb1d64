import { Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { sentence } from '@/lib/sentence';
import { CopyButton } from '@/ui/CopyButton';
import { Loaded } from '@/ui/Loaded';
import { Note } from '@/ui/Note';
import classes from './CurlDialog.module.css';
import { curlOf } from './curl';
import { previewQuery } from './previewQuery';
import { reasonEntry } from './reasons';

export interface CurlDialogProps {
  event: Pick<Schemas['Event'], 'config_id' | 'event_id'>;
  opened: boolean;
  onClose: () => void;
}

/** The event's request as a command for a shell. */
export function CurlDialog({ event, opened, onClose }: CurlDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Copy as curl" size="xl">
      {opened && <Command event={event} />}
    </Modal>
  );
}

function Command({ event }: Pick<CurlDialogProps, 'event'>) {
  const preview = useQuery(previewQuery(event.config_id, event.event_id));
  return (
    <Loaded query={preview} what="the request" lines={4}>
      {(data) => {
        if ('error' in data)
          return (
            <Note kind="warn" title="There would be no request">
              {reasonEntry(data.error.code).why({})}.
            </Note>
          );
        const { command, warnings } = curlOf(data);
        return (
          <Stack gap="sm">
            <Text size="sm">
              What an attempt would send now, by the webhook as it is. Running it sends a real request to the receiver.
            </Text>
            {warnings.length > 0 && (
              <Note kind="warn" title="Before you run it or pass it on">
                {warnings.length === 1 ? (
                  warnings[0]
                ) : (
                  <ul className={classes.warnings}>
                    {warnings.map((warning) => (
                      <li key={warning}>{warning}</li>
                    ))}
                  </ul>
                )}
              </Note>
            )}
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
            <section className={classes.command} aria-label="curl" tabIndex={0}>
              <pre>{command}</pre>
            </section>
            {data.notes.map((note) => (
              <Text key={note} size="xs" c="dimmed">
                {sentence(note)}
              </Text>
            ))}
            <Group justify="flex-end">
              <CopyButton value={command} label="Copy the command">
                Copy the command
              </CopyButton>
            </Group>
          </Stack>
        );
      }}
    </Loaded>
  );
}
