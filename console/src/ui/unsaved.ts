import { useEffect, useRef } from 'react';
import { type Navigating, onTraverse } from './traverse';

type Ask = () => Promise<boolean>;
let ask: Ask | null = null;

/** Whether the page holds changes that are not saved. */
export function hasUnsaved(): boolean {
  return ask !== null;
}

/** Whether the page can be left: yes, unless it holds changes that are not saved and the reader wants to stay. */
export function mayLeave(): Promise<boolean> {
  return ask ? ask() : Promise.resolve(true);
}

/** Nothing asks any more: the reader knows that changes will be lost. Answers how to take that back. */
export function letGo(): () => void {
  const before = ask;
  ask = null;
  return () => {
    ask ??= before;
  };
}

/** While `changed`, leaving the page asks first: `confirm` within the console, also for Back and Forward; the browser otherwise. */
export function useUnsaved(changed: boolean, confirm: Ask): void {
  const latest = useRef(confirm);
  latest.current = confirm;
  useEffect(() => {
    if (!changed) return;
    const mine: Ask = () => latest.current();
    ask = mine;
    const stop = (event: BeforeUnloadEvent) => {
      if (ask === mine) event.preventDefault();
    };
    const back = ({ cancel, goOn }: Navigating) => {
      if (ask !== mine) return;
      cancel();
      void mine().then((leaves) => {
        if (!leaves) return;
        letGo();
        goOn();
      });
    };
    addEventListener('beforeunload', stop);
    const offTraverse = onTraverse(back);
    return () => {
      if (ask === mine) ask = null;
      removeEventListener('beforeunload', stop);
      offTraverse();
    };
  }, [changed]);
}
