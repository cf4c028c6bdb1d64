import { Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { useConfig } from '@/app/configContext';
import { Note } from '@/ui/Note';
import { CredentialsForm } from './CredentialsForm';
import { IssuerSignIn } from './IssuerSignIn';
import classes from './SignInPage.module.css';
import { useSession } from './useSession';

/** What those see first who have to sign in. The page's address stays, so that signing in leads to where they wanted to go. */
export function SignInPage() {
  const config = useConfig();
  const { problem } = useSession();
  useEffect(() => {
    document.title = 'Sign in · Hookstep';
  }, []);
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <Title order={1}>Sign in to Hookstep</Title>
        <Text c="dimmed" size="sm">
          {[config.stack, config.region].filter(Boolean).join(' · ')}
        </Text>
        {problem && (
          <Note kind="bad" role="alert" title="You are not signed in">
            {problem}
          </Note>
        )}
        {config.auth_mode === 'IAM' ? <CredentialsForm /> : <IssuerSignIn />}
      </div>
    </main>
  );
}
