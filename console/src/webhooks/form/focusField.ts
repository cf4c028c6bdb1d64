const FOCUSABLE = 'input:not([type="hidden"]), textarea, select, button';

/** Brings the field of a path of the form into view and gives it the focus; what encloses it, if there is none of its own. */
export function focusField(root: HTMLElement | null, path: string): boolean {
  const field = root && elementOf(root, path);
  if (!field) return false;
  const target = field.matches(FOCUSABLE) ? field : (field.querySelector<HTMLElement>(FOCUSABLE) ?? field);
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: 'center' });
  return true;
}

/** Of several paths, the field that comes first on the page. */
export function firstOf(root: HTMLElement | null, paths: string[]): string | null {
  if (!root) return null;
  const found = paths.flatMap((path) => {
    const element = elementOf(root, path);
    return element ? [{ path, element }] : [];
  });
  found.sort((one, other) =>
    one.element.compareDocumentPosition(other.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
  return found[0]?.path ?? null;
}

function elementOf(root: HTMLElement, path: string): HTMLElement | null {
  for (let part = path; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('.')))) {
    const element = root.querySelector<HTMLElement>(`[data-path="${CSS.escape(part)}"]`);
    if (element) return element;
  }
  return null;
}
