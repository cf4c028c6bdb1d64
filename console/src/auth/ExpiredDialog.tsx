import { Modal, Text } from '@mantine/core';
import { useConfig } from '@/app/configContext';
import { CredentialsForm } from './CredentialsForm';
import { IssuerSignIn } from './IssuerSignIn';

/** Over the page, when the sign-in has run out: signing in again leads back to it. */
export function ExpiredDialog() {
  const config = useConfig();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      title="Your sign-in has expired"
      closeOnEscape={false}
    >
      <Text size="sm" mb="sm">
        Sign in again to go on with this page.
      </Text>
      {config.auth_mode === 'IAM' ? <CredentialsForm /> : <IssuerSignIn />}
    </Modal>
  );
}
