import { Button, Text } from '@mantine/core';
import { signOut } from '@/auth/session';
import { useSession } from '@/auth/useSession';
import { Icon } from '@/ui/Icon';
import { mayLeave } from '@/ui/unsaved';
import classes from './Account.module.css';

/** Who is signed in, and the way out; nothing where nobody has to sign in. */
export function Account() {
  const { user } = useSession();
  if (!user) return null;
  const leave = async () => {
    if (await mayLeave()) await signOut();
  };
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
        onClick={() => void leave()}
      >
        Sign out
      </Button>
    </div>
  );
}
