import { Radio, Stack, TextInput } from '@mantine/core';

export interface Grace {
  ends: 'later' | 'now';
  /** How long both sign, as it was typed. */
  text: string;
}

/** What is usual: a day for the receiver to change. */
export const ONE_DAY: Grace = { ends: 'later', text: '1 d' };

export interface GraceFieldsProps {
  /** What is replaced: "secret". */
  what: string;
  value: Grace;
  onChange: (value: Grace) => void;
  error: string | null;
}

/** How long the old secret or key signs beside the new one. */
export function GraceFields({ what, value, onChange, error }: GraceFieldsProps) {
  return (
    <>
      <Radio.Group
        label={`The old ${what}`}
        value={value.ends}
        onChange={(ends) => onChange({ ...value, ends: ends as Grace['ends'] })}
      >
        <Stack gap="xs" mt="xs">
          <Radio
            value="later"
            label="Signs too for a while"
            description="So no request fails while the receiver takes the new one."
          />
          <Radio
            value="now"
            label="Ends now: it leaked"
            description={`So do all that were replaced before. Receivers refuse requests until they have the new ${what}.`}
          />
        </Stack>
      </Radio.Group>
      {value.ends === 'later' && (
        <TextInput
          label="For how long"
          description="Such as 30 min, 12 h or 2 d; up to 7 d."
          maw="16rem"
          autoComplete="off"
          value={value.text}
          onChange={(event) => onChange({ ...value, text: event.currentTarget.value })}
          error={error}
        />
      )}
    </>
  );
}
