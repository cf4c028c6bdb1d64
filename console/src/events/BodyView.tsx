import { Text } from '@mantine/core';
import { bytes } from '@/lib/numbers';
import { Note } from '@/ui/Note';
import { TextViewer } from '@/ui/TextViewer';
import classes from './BodyView.module.css';
import { DownloadButton, type DownloadButtonProps } from './DownloadButton';

/** More is not drawn: a browser gets slow. */
const SHOWN_CHARS = 200_000;

export interface BodyViewProps {
  /** What it is: "payload". */
  name: string;
  /** Undefined where it is kept apart and not shown. */
  text: string | undefined;
  encoding: 'utf8' | 'base64' | undefined;
  /** Of the whole, in bytes. */
  size?: number | undefined;
  /** Not all of it was kept. */
  cut?: boolean | undefined;
  /** Where it is kept apart: how to get it. */
  download?: DownloadButtonProps['ask'] | undefined;
}

/** The bytes of a payload or an answer, as text whatever they are. */
export function BodyView({ name, text, encoding, size, cut, download }: BodyViewProps) {
  const button = download && <DownloadButton name={name} ask={download} />;
  if (text === undefined) {
    return (
      <Note
        kind="info"
        title={`The ${name} is kept apart${size === undefined ? '' : ` (${bytes(size)})`}`}
        action={button}
      >
        It is too large to be shown here.
      </Note>
    );
  }
  if (text === '') {
    return (
      <Text size="sm" c="dimmed">
        Empty
      </Text>
    );
  }
  const shown = text.slice(0, SHOWN_CHARS);
  const whole =
    size ?? (encoding === 'base64' ? Math.floor((text.length * 3) / 4) : new TextEncoder().encode(text).length);
  return (
    <div className={classes.body}>
      <TextViewer
        label={`the ${name}`}
        text={shown}
        aside={
          <>
            <Text size="xs" c="dimmed">
              {bytes(whole)}
            </Text>
            {button}
          </>
        }
      />
      {encoding === 'base64' && <Text size="xs">These bytes are no text: they are shown in base64.</Text>}
      {shown.length < text.length && (
        <Text size="xs">Only the beginning is shown.{download ? ' Download it for the rest.' : ''}</Text>
      )}
      {cut && <Text size="xs">Only the beginning was kept: the answer was longer.</Text>}
    </div>
  );
}
