import { NativeSelect, NumberInput, Stack, Switch, TextInput } from '@mantine/core';
import { Panel } from '@/ui/Panel';
import classes from './fields.module.css';
import { NamedValues } from './NamedValues';
import type { WebhookFormApi } from './values';

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'];
/** Longer timeouts run on the STANDARD machine. */
const EXPRESS_TIMEOUT_S = 75;

/** Where requests go, and what every one of them bears. */
export function TargetSection({ form }: { form: WebhookFormApi }) {
  const { headers, timeout_seconds } = form.values;
  const isLong = Number(timeout_seconds) > EXPRESS_TIMEOUT_S;
  return (
    <Panel title="Receiver">
      <Stack gap="md">
        <div className={classes.pair}>
          <NativeSelect
            label="Method"
            description="Of the request."
            data={METHODS}
            {...form.getInputProps('http_method')}
          />
          <TextInput
            label="URL"
            description="https, up to 2,048 bytes, without user name, password or fragment."
            placeholder="https://hooks.example.com/orders"
            required
            type="url"
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('url')}
          />
        </div>
        <NamedValues
          form={form}
          path="headers"
          rows={headers}
          label="Headers"
          one="Header"
          max={50}
          description="Sent with every request; up to 50. Values under names that credentials commonly have are secrets always. Names that HTTP or Hookstep set can’t be used: host, content-length, user-agent, webhook-… and their like."
        />
        <NumberInput
          label="Timeout in seconds"
          description={`How long the receiver may take for its whole answer, a token exchange included: 1 to 840.${
            isLong ? ' Above 75 s deliveries run on the STANDARD machine, which costs more.' : ''
          }`}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          maw="24rem"
          placeholder="30"
          {...form.getInputProps('timeout_seconds')}
        />
        <Switch
          label="Static IP"
          description="Requests come from the deployment’s static IP addresses, so that a firewall can allow them. Only where the deployment has some."
          {...form.getInputProps('static_ip', { type: 'checkbox' })}
        />
      </Stack>
    </Panel>
  );
}
