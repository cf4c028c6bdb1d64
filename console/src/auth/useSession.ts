import { useSyncExternalStore } from 'react';
import { currentSession, type Session, subscribe } from './session';

/** Who uses the console. */
export function useSession(): Session {
  return useSyncExternalStore(subscribe, currentSession);
}
