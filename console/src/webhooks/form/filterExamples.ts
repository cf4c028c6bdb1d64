import { prettyJson } from './prettyJson';

/** A pattern of one kind, to begin with. */
export interface FilterExample {
  name: string;
  filter: Record<string, unknown>;
}

/** One of each kind of pattern that the API takes (docs/API.md, Filters). They go together. */
export const FILTER_EXAMPLES: FilterExample[] = [
  { name: 'A value, or one of several', filter: { source: ['shop', 'shop.eu'] } },
  { name: 'Begins with', filter: { detail: { email: [{ prefix: 'ada@' }] } } },
  { name: 'Begins with, in any case', filter: { detail: { email: [{ prefix: { 'equals-ignore-case': 'ADA@' } }] } } },
  { name: 'Ends with', filter: { detail: { email: [{ suffix: '@example.com' }] } } },
  { name: 'Equal in any case', filter: { detail: { country: [{ 'equals-ignore-case': 'fr' }] } } },
  { name: 'Wildcard', filter: { detail: { lines: { sku: [{ wildcard: 'BOOK-*-EN' }] } } } },
  { name: 'Number of at least', filter: { detail: { total: [{ numeric: ['>=', 100] }] } } },
  { name: 'Number in a range', filter: { detail: { total: [{ numeric: ['>', 0, '<=', 1000] }] } } },
  { name: 'Address in a block', filter: { detail: { address: [{ cidr: '10.0.0.0/8' }] } } },
  { name: 'There is a value', filter: { detail: { order: [{ exists: true }] } } },
  { name: 'There is no value', filter: { detail: { canceled: [{ exists: false }] } } },
  { name: 'True, false or null', filter: { detail: { coupon: [null, false] } } },
  { name: 'Anything but', filter: { detail: { country: [{ 'anything-but': ['DE', 'AT'] }] } } },
  { name: 'Anything but what begins with', filter: { detail: { country: [{ 'anything-but': { prefix: 'D' } }] } } },
  {
    name: 'One or the other ($or)',
    filter: { detail: { $or: [{ total: [{ numeric: ['>', 1000] }] }, { customer: { tier: ['gold'] } }] } },
  },
];

/** A filter with an example added; fields of the example take the place of those of the same name. Null where the text is no JSON object. */
export function withExample(text: string, { filter }: FilterExample): string | null {
  try {
    const present: unknown = text.trim() === '' ? {} : JSON.parse(text);
    return isObject(present) ? prettyJson(merged(present, filter)) : null;
  } catch {
    return null;
  }
}

function merged(into: Record<string, unknown>, from: Record<string, unknown>): Record<string, unknown> {
  const out = { ...into };
  for (const [name, value] of Object.entries(from)) {
    const before = out[name];
    out[name] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return out;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
