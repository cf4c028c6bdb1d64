/** A detail of the API as a sentence of its own: a capital letter before, a full stop after. Names in code stay as they are. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const start = /^[a-z]+(?=[\s,:'’])/.test(trimmed) ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed;
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
