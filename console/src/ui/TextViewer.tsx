import { Group, SegmentedControl } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { formatJson, type Token } from '@/lib/json';
import { CopyButton } from './CopyButton';
import { Revealed } from './Revealed';
import classes from './TextViewer.module.css';

/** Longer texts are shown as they are: colouring them takes too many elements. */
const COLOURED_CHARS = 100_000;

export interface TextViewerProps {
  /** What it is, for its accessible name: "Request body". */
  label: string;
  /** Shown as text, whatever is in it. */
  text: string;
  /** Beside the buttons: size, a download. */
  aside?: ReactNode;
}

/** A text of unknown origin: JSON formatted and coloured, or raw. It is never taken for HTML. */
export function TextViewer({ label, text, aside }: TextViewerProps) {
  const tokens = useMemo(() => (text.length <= COLOURED_CHARS ? formatJson(text) : null), [text]);
  const [form, setForm] = useState<'formatted' | 'raw'>('formatted');
  const formatted = tokens !== null && form === 'formatted';
  return (
    <div className={classes.viewer}>
      <Group gap="xs" justify="space-between" className={classes.bar ?? ''}>
        <Group gap="xs">
          {tokens && (
            <SegmentedControl
              size="xs"
              aria-label={`Form of ${label}`}
              value={form}
              onChange={(value) => setForm(value as typeof form)}
              data={[
                { value: 'formatted', label: 'Formatted' },
                { value: 'raw', label: 'Raw' },
              ]}
            />
          )}
          {aside}
        </Group>
        <CopyButton value={text} label={`Copy ${label}`} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard has to reach it. */}
      <section className={classes.text} aria-label={label} tabIndex={0}>
        <pre>{formatted ? coloured(tokens) : <Revealed text={text} />}</pre>
      </section>
    </div>
  );
}

function coloured(tokens: Token[]): ReactNode {
  // Marks and white space need no element of their own.
  const out: ReactNode[] = [];
  tokens.forEach((token, at) => {
    if (token.kind === 'mark' || token.kind === 'space') out.push(token.text);
    else
      out.push(
        // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other identity, and never move.
        <span key={at} data-kind={token.kind}>
          <Revealed text={token.text} />
        </span>,
      );
  });
  return out;
}
