import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { advice } from '@/api/advice';
import { asProblem } from '@/api/problem';
import { sentence } from '@/lib/sentence';
import { Note } from './Note';

export interface ProblemNoteProps {
  /** What was thrown. */
  error: unknown;
  /** What did not work: "The webhooks could not be loaded". */
  title?: string;
  /** Of a call that is not to be repeated blindly: what may have happened, and what to look at first. Said where the answer was lost. */
  unclear?: ReactNode;
  /** Tries again. */
  retry?: (() => void) | undefined;
}

/** A call that did not work: what, why, the code for whoever helps, and what to do. */
export function ProblemNote({ error, title = 'This did not work', unclear, retry }: ProblemNoteProps) {
  const problem = asProblem(error);
  const isUnclear = unclear !== undefined && problem.unclear;
  const todo = isUnclear ? unclear : advice(problem);
  return (
    <Note
      kind="bad"
      role="alert"
      title={isUnclear ? 'It is not known whether this worked' : title}
      action={
        retry && (
          <Button variant="default" size="xs" onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      <div>{sentence(problem.message)}</div>
      {todo && <div>{todo}</div>}
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((error) => (
            <li key={`${error.pointer} ${error.code}`}>
              <code>{error.pointer}</code> {error.detail}
            </li>
          ))}
        </ul>
      )}
      <div>
        Code <code>{problem.code}</code>
        {problem.status > 0 && <> · HTTP {problem.status}</>}
      </div>
    </Note>
  );
}
