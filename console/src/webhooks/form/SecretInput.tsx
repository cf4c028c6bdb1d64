import { Button, Group, Input, PasswordInput } from '@mantine/core';
import { useRef } from 'react';
import { Icon } from '@/ui/Icon';
import classes from './fields.module.css';
import type { SecretValue, WebhookFormApi } from './values';

export interface SecretInputProps {
  form: WebhookFormApi;
  /** Of a `SecretValue` in the form. */
  path: string;
  value: SecretValue;
  label: string;
  description?: string;
  required?: boolean;
  /** Whether there may be none: then a stored one can be removed. */
  clearable?: boolean;
}

/** A secret: a field where none is stored; where one is, only that it is, with what can become of it. */
export function SecretInput({ form, path, value, label, description, required, clearable }: SecretInputProps) {
  // What was pressed goes away with its state: the focus goes on to what takes its place.
  const pressed = useRef(false);
  const set = (change: Partial<SecretValue>) => {
    pressed.current = true;
    form.setFieldValue(path, { ...value, ...change });
    form.clearFieldError(`${path}.text`);
  };
  const error = form.errors[`${path}.text`];
  if (value.stored && value.action !== 'replace') {
    const cleared = value.action === 'clear';
    return (
      <Input.Wrapper label={label} description={description} error={error} labelElement="div">
        <Group gap="xs" className={classes.stored ?? ''} role="group" aria-label={label}>
          <span className={classes.state} data-cleared={cleared || undefined}>
            <Icon name={cleared ? 'trash' : 'lock'} size={14} />
            {cleared ? 'Removed when you save' : 'Set'}
          </span>
          {cleared ? (
            <Button size="xs" variant="default" autoFocus={pressed.current} onClick={() => set({ action: 'keep' })}>
              Leave it as it is
            </Button>
          ) : (
            <>
              <Button
                size="xs"
                variant="default"
                autoFocus={pressed.current}
                onClick={() => set({ action: 'replace', text: '' })}
                data-path={`${path}.text`}
                aria-label={`Replace: ${label}`}
              >
                Replace
              </Button>
              {clearable && (
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => set({ action: 'clear' })}
                  aria-label={`Remove: ${label}`}
                >
                  Remove
                </Button>
              )}
            </>
          )}
        </Group>
      </Input.Wrapper>
    );
  }
  return (
    <div>
      <PasswordInput
        label={label}
        description={description}
        required={required ?? false}
        autoComplete="new-password"
        spellCheck={false}
        autoFocus={pressed.current && value.stored}
        value={value.text}
        onChange={(event) => {
          const text = event.currentTarget.value;
          set({ text, action: text !== '' || value.stored ? 'replace' : 'keep' });
        }}
        error={error}
        data-path={`${path}.text`}
        visibilityToggleButtonProps={{ 'aria-label': `Show what is typed: ${label}` }}
      />
      {value.stored && (
        <Button size="compact-xs" mt={4} variant="default" onClick={() => set({ action: 'keep', text: '' })}>
          Leave the stored one as it is
        </Button>
      )}
    </div>
  );
}
