/** Where to go after signing in: the page that was left if it is one of this console, and not the sign-in itself; else its root. */
export function returnPath(base: string, left: unknown): string {
  if (typeof left !== 'string' || !left.startsWith(base) || left.startsWith(`${base}sign-in/`)) return base;
  return left;
}
