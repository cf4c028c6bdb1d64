import { ActionIcon, Button, Checkbox, Group, Input, PasswordInput, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { Icon } from '@/ui/Icon';
import { namesCredential, staysSecret } from './credentials';
import classes from './fields.module.css';
import { emptyRow, type NamedValue, type WebhookFormApi } from './values';

export interface NamedValuesProps {
  form: WebhookFormApi;
  /** Of a list of `NamedValue` in the form. */
  path: string;
  rows: NamedValue[];
  /** Of the list: "Headers". */
  label: string;
  /** One of them, for accessible names: "Header". */
  one: string;
  description: string;
  /** How many the API takes. */
  max: number;
}

/** Names with values, each of which may be a secret. */
export function NamedValues({ form, path, rows, label, one, description, max }: NamedValuesProps) {
  const list = useRef<HTMLFieldSetElement>(null);
  const add = () => {
    form.insertListItem(path, emptyRow());
    // The row is there after this render.
    setTimeout(() => list.current?.querySelector<HTMLInputElement>('[data-row]:last-of-type input')?.focus());
  };
  return (
    <fieldset className={classes.list} ref={list}>
      <legend>{label}</legend>
      <p>{description}</p>
      {rows.map((row, at) => (
        <Row
          key={row.id}
          form={form}
          path={`${path}.${at}`}
          row={row}
          name={`${one} ${at + 1}`}
          remove={() => {
            form.removeListItem(path, at);
            list.current?.querySelector<HTMLButtonElement>('[data-add]')?.focus();
          }}
        />
      ))}
      {form.errors[path] && <Input.Error>{form.errors[path]}</Input.Error>}
      <Button
        size="xs"
        variant="default"
        leftSection={<Icon name="plus" size={14} />}
        onClick={add}
        disabled={rows.length >= max}
        data-path={path}
        data-add
      >
        Add a {one.toLowerCase()}
      </Button>
    </fieldset>
  );
}

interface RowProps {
  form: WebhookFormApi;
  path: string;
  row: NamedValue;
  /** "Header 1" */
  name: string;
  remove: () => void;
}

function Row({ form, path, row, name, remove }: RowProps) {
  // What was pressed goes away with its state: the focus goes on to what takes its place.
  const pressed = useRef(false);
  const keep = (kept: boolean) => {
    pressed.current = true;
    form.setFieldValue(path, { ...row, kept, secret: true, value: '' });
  };
  const isSecret = row.secret || namesCredential(row.name);
  const nameField = form.getInputProps(`${path}.name`);
  const value = form.getInputProps(`${path}.value`);
  const field = {
    'aria-label': `${name}: value`,
    placeholder: 'Value',
    autoComplete: 'off',
    spellCheck: false,
  } as const;
  return (
    <div className={classes.row} data-row>
      <TextInput
        {...nameField}
        onChange={(event) => {
          if (staysSecret(row, event.currentTarget.value)) form.setFieldValue(`${path}.secret`, true);
          nameField.onChange(event);
        }}
        aria-label={`${name}: name`}
        placeholder="Name"
        readOnly={row.stored}
        autoComplete="off"
        spellCheck={false}
      />
      {row.kept ? (
        <Input.Wrapper error={value.error}>
          <Group gap="xs" className={classes.stored ?? ''}>
            <span className={classes.state}>
              <Icon name="lock" size={14} />
              Set
            </span>
            <Button
              size="xs"
              variant="default"
              aria-label={`${name}: replace the value`}
              autoFocus={pressed.current}
              onClick={() => keep(false)}
              data-path={`${path}.value`}
            >
              Replace
            </Button>
          </Group>
        </Input.Wrapper>
      ) : isSecret ? (
        <div>
          <PasswordInput
            {...value}
            {...field}
            autoFocus={pressed.current && row.stored}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': `${name}: show what is typed` }}
          />
          {row.stored && (
            <Button size="compact-xs" mt={4} variant="default" onClick={() => keep(true)}>
              Leave the stored one as it is
            </Button>
          )}
        </div>
      ) : (
        <TextInput {...value} {...field} />
      )}
      <Checkbox
        className={classes.tick ?? ''}
        size="xs"
        label="Secret"
        aria-label={`${name}: secret`}
        title="Never shown once it is saved"
        checked={isSecret}
        disabled={row.stored || namesCredential(row.name)}
        onChange={(event) => form.setFieldValue(`${path}.secret`, event.currentTarget.checked)}
      />
      <ActionIcon className={classes.remove ?? ''} aria-label={`${name}: remove`} title="Remove" onClick={remove}>
        <Icon name="trash" />
      </ActionIcon>
    </div>
  );
}
