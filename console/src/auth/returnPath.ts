/**
 * Where to go after signing in: the page that was left if it is one of this console, and not the sign-in itself; else its root.
 * `home` is the root's path, `/console`.
 */
export function returnPath(home: string, left: unknown): string {
  if (typeof left !== 'string' || !/^[/?#]|^$/.test(left.slice(home.length))) return home;
  if (!left.startsWith(home) || left === `${home}/` || left.startsWith(`${home}/sign-in/`)) return home;
  return left;
}
