import { NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import classes from './fields.module.css';
import { NamedValues } from './NamedValues';
import { SecretInput } from './SecretInput';
import type { WebhookFormApi } from './values';

const PLAIN = { autoComplete: 'off', spellCheck: false } as const;

/** Where a token comes from, and how it is asked for. */
export function OAuthFields({ form }: { form: WebhookFormApi }) {
  const { auth } = form.values;
  return (
    <>
      <div className={classes.pair}>
        <NativeSelect
          label="Token method"
          description="Of the token request."
          data={['POST', 'PUT', 'GET']}
          {...form.getInputProps('auth.http_method')}
        />
        <TextInput
          label="Token URL"
          description="Under the same rules as the receiver’s URL."
          placeholder="https://login.example.com/oauth/token"
          required
          type="url"
          {...PLAIN}
          {...form.getInputProps('auth.token_url')}
        />
      </div>
      <div className={classes.halves}>
        <TextInput
          label="Client id"
          description="1 to 255 visible ASCII characters."
          required
          {...PLAIN}
          {...form.getInputProps('auth.client_id')}
        />
        <SecretInput
          form={form}
          path="auth.client_secret"
          value={auth.client_secret}
          label="Client secret"
          description="1 to 4,096 bytes of visible ASCII."
          required
          clearable
        />
      </div>
      <Radio.Group label="Where client id and secret go" {...form.getInputProps('auth.client_authentication')}>
        <Stack gap="xs" mt="xs">
          <Radio value="header" label="In the Authorization header, as Basic" />
          <Radio value="body" label="In the body, as client_id and client_secret" />
        </Stack>
      </Radio.Group>
      <div className={classes.halves}>
        <TextInput
          label="Scope"
          description="Empty: none is asked for. Up to 1,024 characters."
          {...PLAIN}
          {...form.getInputProps('auth.scope')}
        />
        <TextInput
          label="Audience"
          description="Empty: none is named. Up to 1,024 characters."
          {...PLAIN}
          {...form.getInputProps('auth.audience')}
        />
      </div>
      <NamedValues
        form={form}
        path="auth.headers"
        rows={auth.headers}
        label="Further headers of the token request"
        one="Token header"
        max={20}
        description="Up to 20."
      />
      <NamedValues
        form={form}
        path="auth.query"
        rows={auth.query}
        label="Further query parameters of the token request"
        one="Token parameter"
        max={20}
        description="Up to 20."
      />
      <NamedValues
        form={form}
        path="auth.body"
        rows={auth.body}
        label="Further form fields of the token request"
        one="Token field"
        max={20}
        description="Up to 20. A field takes the place of a standard one of its name; with GET they go into the query."
      />
    </>
  );
}
