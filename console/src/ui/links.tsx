import { Button, type ButtonProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './links.module.css';

export interface TextLinkProps {
  /** Path below the console's root. */
  href: string;
  children: ReactNode;
}

/** A link to another page of the console, within text. */
export function TextLink({ href, children }: TextLinkProps) {
  return (
    <Link href={href} className={classes.link ?? ''}>
      {children}
    </Link>
  );
}

/** A link to another page of the console that looks like a button. */
export function LinkButton({ href, children, ...props }: ButtonProps & TextLinkProps) {
  return (
    <Button component={Link} href={href} {...props}>
      {children}
    </Button>
  );
}
