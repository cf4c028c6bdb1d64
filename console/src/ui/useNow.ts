import { useSyncExternalStore } from 'react';

const STEP_MS = 10_000;
const STALE_MS = 1_000;

let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = new Date();
    for (const each of listeners) each();
  }, STEP_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function current(): Date {
  // Without a timer nobody has moved it on. It has to stay the same object within a render.
  if (!timer && Date.now() - now.getTime() > STALE_MS) now = new Date();
  return now;
}

/** The present, every ten seconds; one clock for all that show it. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, current);
}
