/** A piece of a text in JSON; `space` is white space. */
export interface Token {
  kind: 'key' | 'text' | 'number' | 'word' | 'mark' | 'space';
  text: string;
}

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/y;
const INDENT = '  ';

/**
 * The pieces of a text in JSON, indented afresh; null where it is none. Numbers and strings stay letter for letter as they are:
 * parsing would change large numbers, the order of numeric keys, and drop repeated ones.
 */
export function formatJson(source: string): Token[] | null {
  try {
    JSON.parse(source);
  } catch {
    return null;
  }
  const found = tokens(source);
  const out: Token[] = [];
  let depth = 0;
  const newLine = () => out.push({ kind: 'space', text: `\n${INDENT.repeat(depth)}` });
  found.forEach((token, at) => {
    const next = found[at + 1]?.text;
    switch (token.text) {
      case '{':
      case '[':
        out.push(token);
        if (next === '}' || next === ']') break;
        depth += 1;
        newLine();
        break;
      case '}':
      case ']':
        if (!['{', '['].includes(found[at - 1]?.text ?? '')) {
          depth -= 1;
          newLine();
        }
        out.push(token);
        break;
      case ',':
        out.push(token);
        newLine();
        break;
      case ':':
        out.push(token, { kind: 'space', text: ' ' });
        break;
      default:
        out.push(next === ':' ? { ...token, kind: 'key' } : token);
    }
  });
  return out;
}

/** The text of pieces. */
export function textOf(pieces: Token[]): string {
  return pieces.map((piece) => piece.text).join('');
}

function tokens(source: string): Token[] {
  const found: Token[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const text = match[0];
    if (text.trim() !== '') found.push({ kind: kindOf(text), text });
  }
  return found;
}

function kindOf(text: string): Token['kind'] {
  const first = text.charAt(0);
  if (first === '"') return 'text';
  if (first === '-' || (first >= '0' && first <= '9')) return 'number';
  return /[a-z]/.test(first) ? 'word' : 'mark';
}
