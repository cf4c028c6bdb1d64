/** A moment as `<input type="datetime-local">` has it, in the reader's zone, to the minute; '' for none. */
export function toInput(moment: string | null): string {
  const date = new Date(moment ?? '');
  if (Number.isNaN(date.getTime())) return '';
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** What stands in such an input, in the reader's zone, as RFC 3339 in UTC; null for none. */
export function fromInput(value: string): string | null {
  const date = new Date(value);
  return value === '' || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function two(number: number): string {
  return `${number}`.padStart(2, '0');
}
