import { Button, Text } from '@mantine/core';
import { signOut } from '@/auth/session';
import { useSession } from '@/auth/useSession';
import { Icon } from '@/ui/Icon';
import classes from './Account.module.css';

/** Who is signed in, and the way out; nothing where nobody has to sign in. */
export function Account() {
  const { user } = useSession();
  if (!user) return null;
  return (
    <div className={classes.account}>
      <Text size="sm" className={classes.user ?? ''} title={user}>
        <Icon name="user" />
        <span>{user}</span>
      </Text>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="sign-out" size={14} />}
        onClick={() => void signOut()}
      >
        Sign out
      </Button>
    </div>
  );
}
