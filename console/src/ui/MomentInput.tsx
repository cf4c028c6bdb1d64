import { TextInput, type TextInputProps } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import { fromInput, isTwice, toInput } from '@/lib/localTime';
import { utc } from '@/lib/time';

/** A date and a time are typed in six parts, each of which may be a valid moment already. */
const WAIT_MS = 800;

export interface MomentInputProps extends Pick<TextInputProps, 'required' | 'description' | 'error'> {
  label: string;
  /** RFC 3339; null: none. */
  value: string | null;
  /** Told a moment after the last key, and when the field is left. */
  onChange: (moment: string | null) => void;
}

/** A date and a time in the reader's zone, to the minute. */
export function MomentInput({ value, onChange, error, description, ...rest }: MomentInputProps) {
  const [text, setText] = useState(() => toInput(value));
  const [typing, setTyping] = useState(false);
  // What is being typed is not written back.
  useEffect(() => setText((now) => (fromInput(now) === value ? now : toInput(value))), [value]);
  const tell = useDebouncedCallback((typed: string) => {
    const moment = fromInput(typed);
    if (moment !== value) onChange(moment);
  }, WAIT_MS);
  const early = !typing && text !== '' && fromInput(text) === null;
  return (
    <TextInput
      {...rest}
      type="datetime-local"
      description={
        value && isTwice(value) ? `Your clock shows this minute twice; here it is ${utc(new Date(value))}` : description
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={text}
      error={early ? 'The year has to be 2000 or later' : !typing && error}
      onChange={(event) => {
        setTyping(true);
        setText(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
      onBlur={() => {
        setTyping(false);
        tell.flush();
      }}
    />
  );
}
