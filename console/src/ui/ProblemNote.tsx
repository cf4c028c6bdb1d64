import { Button } from '@mantine/core';
import { advice } from '@/api/advice';
import { asProblem } from '@/api/problem';
import { sentence } from '@/lib/sentence';
import { Note } from './Note';

export interface ProblemNoteProps {
  /** What was thrown. */
  error: unknown;
  /** What did not work: "The webhooks could not be loaded". */
  title?: string;
  /** Tries again. */
  retry?: (() => void) | undefined;
}

/** A call that did not work: what, why, the code for whoever helps, and what to do. */
export function ProblemNote({ error, title = 'This did not work', retry }: ProblemNoteProps) {
  const problem = asProblem(error);
  return (
    <Note
      kind="bad"
      role="alert"
      title={title}
      action={
        retry && (
          <Button variant="default" size="xs" onClick={retry}>
            Try again
          </Button>
        )
      }
    >
      <div>{sentence(problem.message)}</div>
      {advice(problem) && <div>{advice(problem)}</div>}
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
