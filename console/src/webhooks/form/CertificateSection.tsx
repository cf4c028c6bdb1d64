import { Button, Group, Input, Stack, Switch, Textarea } from '@mantine/core';
import { useRef } from 'react';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/Panel';
import classes from './fields.module.css';
import type { WebhookFormApi, WebhookValues } from './values';

/** The certificate that is shown to receivers that ask for one (mutual TLS). */
export function CertificateSection({ form }: { form: WebhookFormApi }) {
  const value = form.values.client_certificate;
  // What was pressed goes away with its state: the focus goes on to what takes its place.
  const pressed = useRef(false);
  const set = (change: Partial<WebhookValues['client_certificate']>) => {
    pressed.current = true;
    form.setFieldValue('client_certificate', { ...value, certificate: '', private_key: '', ...change });
  };
  const error = form.errors['client_certificate.certificate'];
  return (
    <Panel title="Client certificate">
      <Stack gap="md">
        {value.stored && value.action !== 'replace' ? (
          <Input.Wrapper
            labelElement="div"
            label="Certificate and private key"
            description="Shown to receivers that ask for one in the handshake (mutual TLS)."
            error={error}
          >
            <Group gap="xs" className={classes.stored ?? ''} role="group" aria-label="Certificate and private key">
              <span className={classes.state} data-cleared={value.action === 'clear' || undefined}>
                <Icon name={value.action === 'clear' ? 'trash' : 'lock'} size={14} />
                {value.action === 'clear' ? 'Removed when you save' : 'Set'}
              </span>
              {value.action === 'clear' ? (
                <Button size="xs" variant="default" autoFocus onClick={() => set({ action: 'keep' })}>
                  Leave it as it is
                </Button>
              ) : (
                <>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label="Replace: client certificate"
                    data-path="client_certificate.certificate"
                    autoFocus={pressed.current}
                    onClick={() => set({ action: 'replace' })}
                  >
                    Replace
                  </Button>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label="Remove: client certificate"
                    onClick={() => set({ action: 'clear' })}
                  >
                    Remove
                  </Button>
                </>
              )}
            </Group>
          </Input.Wrapper>
        ) : (
          <>
            {!value.stored && (
              <Switch
                label="Show a client certificate"
                description="For receivers that ask for one in the handshake (mutual TLS)."
                checked={value.action === 'replace'}
                onChange={(event) => set({ action: event.currentTarget.checked ? 'replace' : 'keep' })}
              />
            )}
            {value.action === 'replace' && (
              <Pems form={form} stored={value.stored} focus={pressed.current && value.stored} />
            )}
            {value.stored && (
              <Group>
                <Button size="compact-xs" variant="default" onClick={() => set({ action: 'keep' })}>
                  Leave the stored ones as they are
                </Button>
              </Group>
            )}
          </>
        )}
      </Stack>
    </Panel>
  );
}

function Pems({ form, stored, focus }: { form: WebhookFormApi; stored: boolean; focus: boolean }) {
  const stays = stored ? ' Empty: the stored one stays.' : '';
  const shared = { required: !stored, autosize: true, minRows: 4, maxRows: 12, spellCheck: false, autoComplete: 'off' };
  return (
    <>
      <Textarea
        label="Certificate"
        description={`PEM, with the certificates that lead to its root after it. Up to 8,192 bytes. Not shown again.${stays}`}
        placeholder="-----BEGIN CERTIFICATE-----"
        autoFocus={focus}
        className={classes.mono ?? ''}
        {...shared}
        {...form.getInputProps('client_certificate.certificate')}
      />
      <Textarea
        label="Private key"
        description={`PEM of this certificate’s key, without a passphrase. Up to 8,192 bytes. Not shown again.${stays}`}
        placeholder="-----BEGIN PRIVATE KEY-----"
        className={classes.mono ?? ''}
        {...shared}
        {...form.getInputProps('client_certificate.private_key')}
      />
    </>
  );
}
