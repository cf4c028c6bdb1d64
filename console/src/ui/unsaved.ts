import { useEffect, useRef } from 'react';

type Ask = () => Promise<boolean>;
let ask: Ask | null = null;

/** Whether the page can be left: yes, unless it holds changes that are not saved and the reader wants to stay. */
export function mayLeave(): Promise<boolean> {
  return ask ? ask() : Promise.resolve(true);
}

/** While `changed`, leaving the page asks first: `confirm` within the console, the browser otherwise. */
export function useUnsaved(changed: boolean, confirm: Ask): void {
  const latest = useRef(confirm);
  latest.current = confirm;
  useEffect(() => {
    if (!changed) return;
    const mine: Ask = () => latest.current();
    ask = mine;
    const stop = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', stop);
    return () => {
      if (ask === mine) ask = null;
      removeEventListener('beforeunload', stop);
    };
  }, [changed]);
}
