import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { makeQueryClient } from '@/api/queries';
import { ExpiredDialog } from '@/auth/ExpiredDialog';
import { SignInPage } from '@/auth/SignInPage';
import { useSession } from '@/auth/useSession';
import { ConfirmProvider } from '@/ui/confirm';
import type { ConsoleConfig } from './config';
import { ConfigContext } from './configContext';
import { Navigation } from './Navigation';
import { Pages } from './Pages';
import { Shell } from './Shell';
import { Themed } from './Themed';

/** The console: whoever has to sign in sees that first, everybody else the pages. */
export function App({ config }: { config: ConsoleConfig }) {
  const [queries] = useState(makeQueryClient);
  const { status } = useSession();
  // What failed while the sign-in was over is asked for again, and what is not on the screen is forgotten, as others may have signed in;
  // what somebody saw is not shown to the next.
  useEffect(() => {
    if (status === 'signed-in') {
      queries.removeQueries({ type: 'inactive' });
      void queries.invalidateQueries();
    }
    if (status === 'signed-out') queries.clear();
  }, [status, queries]);
  return (
    <ConfigContext value={config}>
      <Themed>
        <QueryClientProvider client={queries}>
          <ConfirmProvider>
            <Navigation>
              {status === 'signed-out' ? (
                <SignInPage />
              ) : (
                <Shell>
                  <Pages />
                </Shell>
              )}
              {status === 'expired' && <ExpiredDialog />}
            </Navigation>
          </ConfirmProvider>
        </QueryClientProvider>
      </Themed>
    </ConfigContext>
  );
}
