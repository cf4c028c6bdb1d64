import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { Panel } from '@/ui/Panel';
import { ApiKeyFields } from './ApiKeyFields';
import { OAuthFields } from './OAuthFields';
import { SecretInput } from './SecretInput';
import { TestAuth } from './TestAuth';
import type { AuthType, WebhookFormApi } from './values';

const KINDS: { value: AuthType; label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'basic', label: 'User name and password (Basic)' },
  { value: 'api_key', label: 'API key' },
  { value: 'oauth2_client_credentials', label: 'OAuth 2.0 client credentials' },
  { value: 'connection', label: 'EventBridge connection' },
];

/** How the webhook proves to its receiver who it is. */
export function AuthSection({ form, id }: { form: WebhookFormApi; id: string | null }) {
  const { auth } = form.values;
  return (
    <Panel title="Authentication">
      <Stack gap="md">
        <NativeSelect
          label="Kind"
          description="What is added to each request. Signatures and client certificates stand beside it."
          data={KINDS}
          maw="24rem"
          {...form.getInputProps('auth.type')}
        />
        {auth.type === 'basic' && (
          <>
            <TextInput
              label="User name"
              description="Up to 255 characters, no colon."
              required
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('auth.username')}
            />
            <SecretInput
              form={form}
              path="auth.password"
              value={auth.password}
              label="Password"
              description="May be left empty."
              clearable
            />
          </>
        )}
        {auth.type === 'api_key' && <ApiKeyFields form={form} />}
        {auth.type === 'oauth2_client_credentials' && <OAuthFields form={form} />}
        {auth.type === 'connection' && (
          <TextInput
            label="ARN of the connection"
            description="Its credentials stay in EventBridge. It has to exist, to be authorized, and to be named as the operator asks for (hookstep-… unless set otherwise)."
            placeholder="arn:aws:events:eu-west-1:123456789012:connection/hookstep-partner/…"
            required
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('auth.connection_arn')}
          />
        )}
        {id && auth.type !== 'none' && <TestAuth id={id} changed={form.isDirty('auth')} />}
      </Stack>
    </Panel>
  );
}
