import { Fragment } from 'react';
import { pieces } from '@/lib/bidi';
import classes from './Revealed.module.css';

/** A text of unknown origin in the order that it has: what would show it in another is seen instead of heeded. */
export function Revealed({ text }: { text: string }) {
  return pieces(text).map((piece, at) =>
    piece.kind === 'control' ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have no other identity, and never move.
      <span key={at} className={classes.control} title="An invisible character that changes the direction of the text">
        {piece.text}
      </span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above.
      <Fragment key={at}>{piece.text}</Fragment>
    ),
  );
}
