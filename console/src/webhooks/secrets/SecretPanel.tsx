import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { Facts } from '@/ui/Facts';
import { Icon } from '@/ui/Icon';
import { TextLink } from '@/ui/links';
import { Panel } from '@/ui/Panel';
import { Time } from '@/ui/Time';
import RotateDialog from './RotateDialog';

/** The webhook's own secret: that it is set, which earlier ones still sign, and a new one. */
export function SecretPanel({ webhook }: { webhook: Schemas['Webhook'] }) {
  const [rotating, setRotating] = useState(false);
  const { schemes, secret_set, earlier_secrets_valid_until: earlier } = webhook.signing;
  const isSigned = schemes.includes('v1');
  return (
    <Panel
      title="Signing secret"
      aside={
        isSigned && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="refresh" size={14} />}
            onClick={() => setRotating(true)}
          >
            Rotate the secret
          </Button>
        )
      }
    >
      <Facts
        facts={[
          ['Requests are signed by', schemes.length > 0 ? schemes.join(' and ') : 'nothing'],
          ['Secret', secret_set ? 'Set. It was shown once; if it is lost, rotate it.' : 'Not set'],
          [
            'Earlier secrets',
            earlier.length === 0
              ? null
              : earlier.map((until) => (
                  <div key={until}>
                    signs until <Time value={until} format="absolute" />
                  </div>
                )),
          ],
        ]}
      />
      {!isSigned && (
        <Text size="sm" mt="xs">
          This webhook is not signed by a secret of its own (v1).{' '}
          <TextLink href={`/webhooks/${webhook.config_id}/edit`}>Edit its signatures</TextLink> to change that.
        </Text>
      )}
      <RotateDialog webhook={rotating ? webhook : null} onClose={() => setRotating(false)} />
    </Panel>
  );
}
