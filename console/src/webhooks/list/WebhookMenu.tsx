import { ActionIcon, Menu } from '@mantine/core';
import { lazy, Suspense, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Schemas } from '@/api/client';
import { Icon } from '@/ui/Icon';
import { useWebhookActions } from '../useWebhookActions';
import classes from './WebhookMenu.module.css';

const PreviewDialog = lazy(() => import('../preview/PreviewDialog'));

export interface WebhookMenuProps {
  webhook: Pick<Schemas['Webhook'], 'config_id' | 'name' | 'status'>;
  onTest: () => void;
  /** Runs when the webhook is deleted. */
  onRemoved?: () => void;
}

/** What can be done to one webhook. */
export function WebhookMenu({ webhook, onTest, onRemoved }: WebhookMenuProps) {
  const actions = useWebhookActions();
  const [, navigate] = useLocation();
  const [preview, setPreview] = useState<'never' | 'open' | 'closed'>('never');
  const button = useRef<HTMLButtonElement>(null);
  // Dialogs give the focus back to what had it, and the item is gone by then; one that is open from the start forgets to.
  const run = (action: () => void) => () => {
    button.current?.focus();
    action();
  };
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon ref={button} aria-label={`Actions for ${webhook.name}`} loading={actions.busy}>
            <Icon name="more" size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="send" />} onClick={run(onTest)}>
            Test
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="eye" />} onClick={run(() => setPreview('open'))}>
            Preview the request
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="edit" />} onClick={() => navigate(`/webhooks/${webhook.config_id}/edit`)}>
            Edit
          </Menu.Item>
          <Menu.Item
            leftSection={<Icon name="files" />}
            onClick={() => navigate(`/webhooks/new?from=${webhook.config_id}`)}
          >
            Duplicate
          </Menu.Item>
          {webhook.status === 'active' ? (
            <Menu.Item leftSection={<Icon name="pause" />} onClick={run(() => actions.disable(webhook))}>
              Disable
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<Icon name="play" />} onClick={run(() => actions.enable(webhook))}>
              Enable
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item
            className={classes.danger ?? ''}
            leftSection={<Icon name="trash" />}
            onClick={run(() => actions.remove(webhook, onRemoved))}
          >
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {preview !== 'never' && (
        <Suspense>
          <PreviewDialog webhook={preview === 'open' ? webhook : null} onClose={run(() => setPreview('closed'))} />
        </Suspense>
      )}
    </>
  );
}
