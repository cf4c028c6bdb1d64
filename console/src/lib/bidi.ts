const CONTROLS = /([\u202a-\u202e\u2066-\u2069])/;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const [ISOLATE, END] = ['\u2068', '\u2069'];

/** A piece of a text; `control` is one that turns the direction of what follows, or ends that. */
export interface Piece {
  kind: 'text' | 'control';
  /** Of a control what it is called: `U+202E`. */
  text: string;
}

/** A text with its controls of direction told apart: they are invisible, and show the rest in another order than it has. */
export function pieces(text: string): Piece[] {
  return text
    .split(CONTROLS)
    .map((part, at): Piece => (at % 2 === 1 ? { kind: 'control', text: nameOf(part) } : { kind: 'text', text: part }))
    .filter(({ text }) => text !== '');
}

/** A name inside a sentence: whatever it is written in, the words around it stay where they are. */
export function isolated(name: string): string {
  const plain = pieces(name)
    .map(({ kind, text }) => (kind === 'control' ? `[${text}]` : text))
    .join('');
  return RIGHT_TO_LEFT.test(plain) ? ISOLATE + plain + END : plain;
}

/** A name in quotation marks. */
export function quoted(name: string): string {
  return `“${isolated(name)}”`;
}

function nameOf(control: string): string {
  return `U+${control.charCodeAt(0).toString(16).toUpperCase()}`;
}
