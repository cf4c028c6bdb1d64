import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { useConfig } from '@/app/configContext';
import { Note } from '@/ui/Note';
import { hasUnsaved } from '@/ui/unsaved';
import { CredentialsForm } from './CredentialsForm';
import classes from './ExpiredDialog.module.css';
import { IssuerSignIn } from './IssuerSignIn';
import { signOut } from './session';

/** Over the page, when the sign-in has run out: signing in again leads back to it, signing out away from what it shows. */
export function ExpiredDialog() {
  const { auth_mode } = useConfig();
  const [aside, setAside] = useState(false);
  if (aside)
    return (
      <section className={classes.bar} aria-label="Sign-in">
        <Text size="sm">Your sign-in has expired.</Text>
        <Button size="xs" onClick={() => setAside(false)}>
          Sign in again
        </Button>
      </section>
    );
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title="Your sign-in has expired"
      closeOnEscape={false}
    >
      {auth_mode === 'IAM' ? (
        <Text size="sm" mb="sm">
          Sign in again, with credentials of the same role, to go on with this page.
        </Text>
      ) : (
        <>
          <Text size="sm" mb="sm">
            Sign in again to come back to this page.
          </Text>
          {hasUnsaved() && (
            <div className={classes.lost}>
              <Note
                kind="warn"
                title="What is not saved on this page will be lost."
                action={
                  <Button size="xs" variant="default" onClick={() => setAside(true)}>
                    Look at the page
                  </Button>
                }
              >
                Copy what you want to keep before you sign in.
              </Note>
            </div>
          )}
        </>
      )}
      {auth_mode === 'IAM' ? <CredentialsForm /> : <IssuerSignIn />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" size="xs" onClick={() => void signOut()}>
          Sign out
        </Button>
      </Group>
    </Modal>
  );
}
