import { CloseButton, TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';

const WAIT_MS = 300;

export interface TextFilterProps extends Pick<TextInputProps, 'placeholder' | 'maxLength' | 'leftSection'> {
  label: string;
  /** What the list is narrowed by; null: by nothing. */
  value: string | null;
  /** Told a moment after the last key, without spaces around. */
  onChange: (value: string | null) => void;
}

/** A field that narrows a list while it is typed into. */
export function TextFilter({ label, value, onChange, ...rest }: TextFilterProps) {
  const [typed, setTyped] = useState(value ?? '');
  // A space at the end is on its way to the next word: it stays, though the list is not narrowed by it.
  useEffect(() => setTyped((now) => (now.trim() === (value ?? '') ? now : (value ?? ''))), [value]);
  const tell = useDebouncedCallback((text: string) => {
    const next = text.trim() || null;
    if (next !== (value || null)) onChange(next);
  }, WAIT_MS);
  const change = (text: string) => {
    setTyped(text);
    tell(text);
  };
  return (
    <TextInput
      {...rest}
      label={label}
      value={typed}
      onChange={(event) => change(event.currentTarget.value)}
      rightSection={typed && <CloseButton size="sm" aria-label={`Clear ${label}`} onClick={() => change('')} />}
    />
  );
}
