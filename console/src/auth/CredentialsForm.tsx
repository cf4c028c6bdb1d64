import { Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { type ClipboardEvent, type FormEvent, useState } from 'react';
import { Icon } from '@/ui/Icon';
import { type Credentials, parseCredentials } from './credentials';
import type { IamAuthenticator } from './iam';
import { currentAuthenticator } from './session';

const NONE: Credentials = { access_key_id: '', secret_access_key: '', session_token: '' };

/** `AuthMode=IAM`: temporary credentials, which only this page's memory keeps. */
export function CredentialsForm() {
  const [given, setGiven] = useState(NONE);
  const set = (name: keyof Credentials) => (event: FormEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    setGiven((before) => ({ ...before, [name]: value.trim() }));
  };
  const paste = (event: ClipboardEvent) => {
    const found = parseCredentials(event.clipboardData.getData('text'));
    if (Object.keys(found).length < 2) return;
    event.preventDefault();
    setGiven((before) => ({ ...before, ...found }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    (currentAuthenticator() as IamAuthenticator).signIn(given);
  };
  return (
    <form onSubmit={submit} onPaste={paste}>
      <Text size="sm" mb="sm">
        This deployment takes requests that are signed with AWS credentials. Use temporary ones, of a role that may call
        the API. They stay in this page’s memory: loading it again forgets them.
      </Text>
      <TextInput
        label="Access key id"
        required
        autoComplete="off"
        spellCheck={false}
        value={given.access_key_id}
        onChange={set('access_key_id')}
      />
      <PasswordInput
        mt="xs"
        label="Secret access key"
        required
        autoComplete="off"
        value={given.secret_access_key}
        onChange={set('secret_access_key')}
      />
      <PasswordInput
        mt="xs"
        label="Session token"
        required
        autoComplete="off"
        value={given.session_token}
        onChange={set('session_token')}
      />
      <Text size="xs" c="dimmed" mt="xs">
        All three at once: paste what the access portal, <code>aws sts</code> or{' '}
        <code>aws configure export-credentials</code> shows into any of the fields.
      </Text>
      <Button type="submit" mt="md" fullWidth leftSection={<Icon name="sign-in" />}>
        Sign in
      </Button>
    </form>
  );
}
