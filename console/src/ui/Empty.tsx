import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Empty.module.css';
import { Icon } from './Icon';
import type { IconName } from './icons';

export interface EmptyProps {
  /** What there is none of: "No webhooks yet". */
  title: string;
  icon?: IconName;
  /** Why, and what makes it otherwise. */
  children?: ReactNode;
  /** A button. */
  action?: ReactNode;
}

/** Where a list has nothing to show. */
export function Empty({ title, icon = 'inbox', children, action }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <Icon name={icon} size={28} />
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      )}
      {action}
    </div>
  );
}
