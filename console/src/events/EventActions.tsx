import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { ReplayDialog } from '@/replays/ReplayDialog';
import { Icon } from '@/ui/Icon';
import { CurlDialog } from './CurlDialog';
import { useEventActions } from './useEventActions';

export interface EventActionsProps {
  event: Schemas['Event'];
  /** Its webhook was deleted: it can't be sent again. */
  gone: boolean;
}

/** What can be done to an event now. */
export function EventActions({ event, gone }: EventActionsProps) {
  const [open, setOpen] = useState<'replay' | 'curl' | null>(null);
  const { retry, cancel, canceling } = useEventActions(event);
  const waits = event.status === 'in_progress' && event.next_attempt_at !== null;
  const close = () => setOpen(null);
  return (
    <>
      {!gone && (
        <Button variant="default" leftSection={<Icon name="code" />} onClick={() => setOpen('curl')}>
          Copy as curl
        </Button>
      )}
      {waits && (
        <>
          <Button variant="default" leftSection={<Icon name="ban" />} loading={canceling} onClick={cancel}>
            Cancel
          </Button>
          <Button leftSection={<Icon name="bolt" />} loading={retry.isPending} onClick={() => retry.mutate()}>
            Try now
          </Button>
        </>
      )}
      {event.status !== 'in_progress' && !gone && (
        <Button leftSection={<Icon name="repeat" />} onClick={() => setOpen('replay')}>
          Replay
        </Button>
      )}
      <ReplayDialog events={open === 'replay' ? [event] : null} onClose={close} />
      <CurlDialog event={event} opened={open === 'curl'} onClose={close} />
    </>
  );
}
