import { ActionIcon, Button } from '@mantine/core';
import { useState } from 'react';
import { copyText } from '@/lib/copyText';
import { Icon } from './Icon';
import { notifyFailed } from './notify';

const SHOWN_MS = 2_000;

export interface CopyButtonProps {
  /** The text, or what makes it when it is asked for. */
  value: string | (() => Promise<string>);
  /** What is copied, for the name of the button: "Copy the event id". */
  label: string;
  /** A button with this text instead of an icon. */
  children?: string;
}

/** Puts a text on the clipboard and says that it did. */
export function CopyButton({ value, label, children }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await copyText(typeof value === 'string' ? value : await value());
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    } catch (thrown) {
      notifyFailed('Could not copy', thrown);
    }
  };
  const icon = <Icon name={copied ? 'check' : 'copy'} size={14} />;
  return (
    <>
      {children ? (
        <Button variant="default" size="xs" leftSection={icon} onClick={() => void copy()} aria-label={label}>
          {copied ? 'Copied' : children}
        </Button>
      ) : (
        <ActionIcon size="sm" aria-label={label} title={label} onClick={() => void copy()}>
          {icon}
        </ActionIcon>
      )}
      <span className="hs-hidden" role="status">
        {copied ? 'Copied' : ''}
      </span>
    </>
  );
}
