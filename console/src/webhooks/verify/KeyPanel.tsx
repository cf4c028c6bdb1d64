import { Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { apiRoot } from '@/app/boot';
import { CopyButton } from '@/ui/CopyButton';
import { Facts } from '@/ui/Facts';
import { Icon } from '@/ui/Icon';
import { Loaded } from '@/ui/Loaded';
import { Panel } from '@/ui/Panel';
import { Time } from '@/ui/Time';
import classes from './KeyPanel.module.css';
import { publicKeysQuery } from './queries';
import { RotateKeyDialog } from './RotateKeyDialog';

/** The tenant's public keys, by which receivers verify `v1a`, and a new one. */
export function KeyPanel({ webhook }: { webhook: Schemas['Webhook'] }) {
  const query = useQuery(publicKeysQuery(webhook.tenant_id));
  const [rotating, setRotating] = useState(false);
  const url = apiRoot + webhook.signing.public_key_url;
  return (
    <Panel
      title="Public key"
      aside={
        query.data &&
        query.data.length > 0 && (
          <Button
            size="xs"
            variant="default"
            leftSection={<Icon name="refresh" size={14} />}
            onClick={() => setRotating(true)}
          >
            Rotate the key
          </Button>
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm">
          One key signs v1a for all webhooks of the tenant <code>{webhook.tenant_id}</code>. Anybody may have its public
          half; receivers fetch it here, and never from a URL that a request names:
        </Text>
        <div className={classes.value}>
          <code>{url}</code>
          <CopyButton value={url} label="Copy the URL of the public keys" />
        </div>
        <Loaded query={query} what="the public keys" lines={3}>
          {(keys) =>
            keys.length === 0 ? (
              <Text size="sm">There is no key yet: it is made with the first webhook that is signed by v1a.</Text>
            ) : (
              keys.map((key) => <PublicKey key={key.public_key} {...key} />)
            )
          }
        </Loaded>
      </Stack>
      <RotateKeyDialog tenant_id={webhook.tenant_id} opened={rotating} onClose={() => setRotating(false)} />
    </Panel>
  );
}

function PublicKey({ public_key, pem, created_at, signs_until }: Schemas['PublicKeys']['keys'][number]) {
  return (
    <Facts
      facts={[
        [
          'Key',
          <span key="key" className={classes.value}>
            <code>{public_key}</code>
            <CopyButton value={public_key} label="Copy the public key" />
          </span>,
        ],
        [
          'PEM',
          <CopyButton key="pem" value={pem} label="Copy the public key as PEM">
            Copy as PEM
          </CopyButton>,
        ],
        ['Made', <Time key="made" value={created_at} format="absolute" />],
        ['Signs', signs_until === null ? 'until it is rotated' : <Until key="until" at={signs_until} />],
      ]}
    />
  );
}

function Until({ at }: { at: string }) {
  return new Date(at) > new Date() ? (
    <>
      until <Time value={at} format="absolute" />
    </>
  ) : (
    'no more'
  );
}
