import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { CopyButton } from '@/ui/CopyButton';
import { Loaded } from '@/ui/Loaded';
import { TextLink } from '@/ui/links';
import { Panel } from '@/ui/Panel';
import { publicKeysQuery } from './queries';
import classes from './SnippetPanel.module.css';
import { LANGUAGES, type Language, type Signed, signing, snippet } from './snippets';

type Scheme = Schemas['Signing']['schemes'][number];

const SCHEMES: Record<Scheme, string> = { v1: 'By the secret (v1)', v1a: 'By the public key (v1a)' };

/** Code that verifies the webhook's requests, to copy. */
export function SnippetPanel({ webhook }: { webhook: Schemas['Webhook'] }) {
  const { config_id, http_method, tenant_id } = webhook;
  const { schemes } = webhook.signing;
  const [chosen, setChosen] = useState<Scheme | null>(null);
  const [language, setLanguage] = useState<Language>('Node');
  const scheme = chosen && schemes.includes(chosen) ? chosen : schemes[0];
  if (!scheme) {
    return (
      <Panel title="Verify in your code">
        <Text size="sm">
          Requests of this webhook are not signed, so there is nothing to verify.{' '}
          <TextLink href={`/webhooks/${config_id}/edit`}>Edit its signatures</TextLink> to sign them.
        </Text>
      </Panel>
    );
  }
  return (
    <Panel title="Verify in your code">
      <Stack gap="sm">
        <Group gap="sm">
          {schemes.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label="Scheme"
              value={scheme}
              onChange={(value) => setChosen(value as Scheme)}
              data={schemes.map((value) => ({ value, label: SCHEMES[value] }))}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="Language"
            value={language}
            onChange={(value) => setLanguage(value as Language)}
            data={[...LANGUAGES]}
          />
        </Group>
        <Text size="sm">
          {scheme === 'v1'
            ? 'With the webhook’s signing secret in WEBHOOK_SECRET. One good signature is enough; times more than five minutes off are refused.'
            : 'With the tenant’s public keys of today: fetch them again after they were rotated. It says which tenant sent a request, not to whom.'}
        </Text>
        {scheme === 'v1' ? (
          <Code language={language} scheme={scheme} signed={{ http_method, keys: [] }} />
        ) : (
          <WithKeys language={language} tenant_id={tenant_id} http_method={http_method} />
        )}
      </Stack>
    </Panel>
  );
}

interface WithKeysProps extends Pick<Signed, 'http_method'> {
  language: Language;
  tenant_id: string;
}

function WithKeys({ language, tenant_id, http_method }: WithKeysProps) {
  const query = useQuery(publicKeysQuery(tenant_id));
  return (
    <Loaded query={query} what="the public keys">
      {(keys) =>
        keys.length > 0 ? (
          <Code language={language} scheme="v1a" signed={{ http_method, keys: signing(keys, new Date()) }} />
        ) : (
          <Text size="sm">The tenant has no key yet: it is made with the first webhook that is signed by v1a.</Text>
        )
      }
    </Loaded>
  );
}

function Code({ language, scheme, signed }: { language: Language; scheme: Scheme; signed: Signed }) {
  const code = snippet(language, scheme, signed);
  return (
    <div className={classes.frame}>
      <div className={classes.bar}>
        <CopyButton value={code} label={`Copy the code in ${language}`}>
          Copy
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <section className={classes.code} aria-label={`Code in ${language}`} tabIndex={0}>
        <pre>{code}</pre>
      </section>
    </div>
  );
}
