import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { home } from '@/app/boot';
import { useConfig } from '@/app/configContext';
import { CopyButton } from '@/ui/CopyButton';
import { Icon } from '@/ui/Icon';
import { Note } from '@/ui/Note';
import { ProblemNote } from '@/ui/ProblemNote';
import { letGo } from '@/ui/unsaved';
import type { OidcAuthenticator } from './oidc';
import { currentAuthenticator } from './session';

/** `AuthMode=JWT`: the way to the issuer, or what has to be set up first. */
export function IssuerSignIn() {
  const config = useConfig();
  const authenticator = currentAuthenticator() as OidcAuthenticator | null;
  const [leaving, setLeaving] = useState(false);
  const [thrown, setThrown] = useState<unknown>(null);
  if (!authenticator?.set_up) return <NotSetUp />;

  const signIn = () => {
    setLeaving(true);
    setThrown(null);
    // The dialog has said that it is lost.
    const stay = letGo();
    authenticator.signIn().catch((error: unknown) => {
      stay();
      setThrown(error);
      setLeaving(false);
    });
  };
  return (
    <>
      {thrown !== null && <ProblemNote error={thrown} title="The issuer can’t be reached" />}
      <Text size="sm">
        You sign in at <b>{hostOf(config.issuer)}</b> and come back to this page.
      </Text>
      <Button leftSection={<Icon name="sign-in" />} loading={leaving} onClick={signIn}>
        Sign in
      </Button>
    </>
  );
}

function NotSetUp() {
  const redirect = `${location.origin}${home}/sign-in/callback`;
  return (
    <Note kind="warn" title="Signing in is not set up">
      Register the console with your issuer as a public client (authorization code with PKCE, no client secret), then
      deploy with its id as the parameter <code>ConsoleClientId</code>. The redirect URI to register:{' '}
      <code>{redirect}</code> <CopyButton value={redirect} label="Copy the redirect URI" />
    </Note>
  );
}

function hostOf(issuer: string | null): string {
  return issuer && URL.canParse(issuer) ? new URL(issuer).host : 'your issuer';
}
