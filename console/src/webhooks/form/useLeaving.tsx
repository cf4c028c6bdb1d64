import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useConfirm } from '@/ui/confirm';
import { useUnsaved } from '@/ui/unsaved';

/** Asks before unsaved changes are left. With `to` everything is saved, and it goes there. */
export function useLeaving(changed: boolean, to: string | null): void {
  const confirm = useConfirm();
  const [, navigate] = useLocation();
  useUnsaved(changed && to === null, () =>
    confirm({
      title: 'Leave without saving?',
      body: 'What you changed here is not saved.',
      action: 'Leave',
      danger: true,
    }),
  );
  useEffect(() => {
    if (to !== null) navigate(to);
  }, [to, navigate]);
}
