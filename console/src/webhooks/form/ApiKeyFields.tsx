import { Radio, Stack, TextInput } from '@mantine/core';
import { SecretInput } from './SecretInput';
import type { WebhookFormApi } from './values';

/** A key in a header or in the query. */
export function ApiKeyFields({ form }: { form: WebhookFormApi }) {
  const { auth } = form.values;
  const isHeader = auth.in === 'header';
  return (
    <>
      <Radio.Group label="Where it goes" {...form.getInputProps('auth.in')}>
        <Stack gap="xs" mt="xs">
          <Radio value="header" label="In a header" />
          <Radio value="query" label="In a query parameter, after those of the URL" />
        </Stack>
      </Radio.Group>
      <TextInput
        label={isHeader ? 'Name of the header' : 'Name of the parameter'}
        description={isHeader ? 'Up to 255 characters; no header that HTTP or Hookstep set.' : 'Up to 255 characters.'}
        placeholder={isHeader ? 'X-Api-Key' : 'key'}
        required
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('auth.name')}
      />
      <SecretInput
        form={form}
        path="auth.value"
        value={auth.value}
        label="Key"
        description="1 to 4,096 bytes of visible ASCII."
        required
        clearable
      />
    </>
  );
}
