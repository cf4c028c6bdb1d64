import type { ReactNode } from 'react';
import { type AroundNavHandler, Router } from 'wouter';
import { mayLeave } from '@/ui/unsaved';
import { addressOf, home } from './boot';

/** Paths of pages are those below the console's root: `/webhooks` is `/console/webhooks`. */
export function Navigation({ children }: { children: ReactNode }) {
  return (
    <Router base={home} hrefs={(path) => addressOf(path)} aroundNav={asking}>
      {children}
    </Router>
  );
}

const asking: AroundNavHandler = (navigate, to, options) => {
  void mayLeave().then((leaves) => {
    if (leaves) navigate(addressOf(to), options);
  });
};
