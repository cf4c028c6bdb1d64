const grouped = new Intl.NumberFormat('en');

/** `8,123` */
export function count(number: number): string {
  return grouped.format(number);
}

/** A share of 1 as `99.8 %`; never 100 % or 0 % unless it is exactly that; a dash where there is none. */
export function share(part: number | null | undefined): string {
  if (part === null || part === undefined) return '–';
  if (part === 1 || part === 0) return `${part * 100} %`;
  const percent = Math.min(99.9, Math.max(0.1, part * 100));
  return `${percent.toFixed(1)} %`;
}

/** A size as `512 B`, `3.4 kB`, `1.2 MB`, by thousands. */
export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  if (size < 1_000_000) return `${(size / 1_000).toFixed(1)} kB`;
  if (size < 1_000_000_000) return `${(size / 1_000_000).toFixed(1)} MB`;
  return `${(size / 1_000_000_000).toFixed(1)} GB`;
}

/** `1 webhook`, `2 webhooks`, `1,000 webhooks`. */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
