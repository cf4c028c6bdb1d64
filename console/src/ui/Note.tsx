import type { ReactNode } from 'react';
import { Icon } from './Icon';
import type { IconName } from './icons';
import classes from './Note.module.css';

export interface NoteProps {
  kind: 'good' | 'bad' | 'warn' | 'info';
  title?: ReactNode;
  children?: ReactNode;
  /** A button, on the right. */
  action?: ReactNode;
  /** `alert` for what has just gone wrong, `status` for what has just changed. */
  role?: 'alert' | 'status' | undefined;
}

const ICONS: Record<NoteProps['kind'], IconName> = { good: 'success', bad: 'alert', warn: 'warning', info: 'info' };

/** A box that says something about what is around it. */
export function Note({ kind, title, children, action, role }: NoteProps) {
  return (
    <div className={classes.note} data-kind={kind} role={role}>
      <Icon name={ICONS[kind]} size={18} />
      <div className={classes.text}>
        {title && <strong>{title}</strong>}
        {children}
      </div>
      {action}
    </div>
  );
}
