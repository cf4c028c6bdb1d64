import { Checkbox, PasswordInput, Radio, Stack } from '@mantine/core';
import { Panel } from '@/ui/Panel';
import { showsSecret } from './toBody';
import type { SecretValue, WebhookFormApi } from './values';

/** How requests are signed, and whose secret it is. */
export function SigningSection({ form }: { form: WebhookFormApi }) {
  const { schemes, secret } = form.values.signing;
  const isSecret = schemes.includes('v1');
  const set = (change: Partial<SecretValue>) => {
    form.setFieldValue('signing.secret', { ...secret, text: '', ...change });
    form.clearFieldError('signing.secret.text');
  };
  return (
    <Panel title="Signatures">
      <Stack gap="md">
        <Checkbox.Group
          label="Schemes"
          description="Receivers verify by them who sent a request (Standard Webhooks). None: requests are not signed."
          {...form.getInputProps('signing.schemes')}
        >
          <Stack gap="xs" mt="xs">
            <Checkbox value="v1" label="v1: by the webhook’s own secret (HMAC-SHA256)" />
            <Checkbox value="v1a" label="v1a: by the tenant’s key, whose public half anybody may have (Ed25519)" />
          </Stack>
        </Checkbox.Group>
        {showsSecret(form.values.signing) && (
          <Radio.Group
            label="Signing secret"
            value={secret.action}
            onChange={(action) => set({ action: action as SecretValue['action'] })}
            error={secret.action === 'replace' ? null : form.errors['signing.secret.text']}
          >
            <Stack gap="xs" mt="xs">
              {secret.stored ? (
                <Radio
                  value="keep"
                  label="Leave it as it is"
                  description="To change it so that no request fails meanwhile, rotate it on the webhook’s tab “Signatures”."
                />
              ) : (
                <Radio value="keep" label="Hookstep makes one and shows it once, after saving" />
              )}
              <Radio
                value="replace"
                label={secret.stored ? 'Replace it at once by one of my own' : 'One of my own'}
                data-path="signing.secret"
              />
              {secret.stored && !isSecret && <Radio value="clear" label="Remove it" />}
            </Stack>
          </Radio.Group>
        )}
        {showsSecret(form.values.signing) && secret.action === 'replace' && (
          <PasswordInput
            label="Your signing secret"
            description="whsec_ and 24 to 64 bytes in base64, with its padding. Not shown again."
            placeholder="whsec_…"
            required
            autoComplete="new-password"
            spellCheck={false}
            visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed: your signing secret' }}
            {...form.getInputProps('signing.secret.text')}
          />
        )}
      </Stack>
    </Panel>
  );
}
