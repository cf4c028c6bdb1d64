/** Going back or forward within the console, before it has happened. */
export interface Navigating {
  /** Stays. */
  cancel: () => void;
  /** Goes there after all. */
  goOn: () => void;
}

/** Of the browser's Navigation API, which the types of the DOM lack. */
interface Navigation extends EventTarget {
  traverseTo(key: string): unknown;
}
interface NavigateEvent extends Event {
  navigationType: 'push' | 'reload' | 'replace' | 'traverse';
  destination: { key: string; sameDocument: boolean };
}

/**
 * Tells of Back and Forward while they can still be cancelled. Browsers without the Navigation API tell nothing; and no browser lets
 * a page hold a reader who goes back twice without having touched it.
 */
export function onTraverse(listener: (navigating: Navigating) => void): () => void {
  const { navigation } = globalThis as { navigation?: Navigation };
  const heard = (event: Event) => {
    const { navigationType, destination, cancelable } = event as NavigateEvent;
    if (navigationType !== 'traverse' || !cancelable || !destination.sameDocument) return;
    listener({ cancel: () => event.preventDefault(), goOn: () => navigation?.traverseTo(destination.key) });
  };
  navigation?.addEventListener('navigate', heard);
  return () => navigation?.removeEventListener('navigate', heard);
}
