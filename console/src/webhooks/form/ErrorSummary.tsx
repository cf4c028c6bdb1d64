import type { FieldError } from '@/api/problem';
import { Note } from '@/ui/Note';
import classes from './ErrorSummary.module.css';
import { byPlace, labelOf } from './labels';
import type { WebhookFormApi } from './values';

export interface ErrorSummaryProps {
  form: WebhookFormApi;
  /** Errors that no field of the form is for. */
  elsewhere: FieldError[];
  /** Brings a field into view and gives it the focus. */
  go: (path: string) => void;
}

/** All that keeps the form from being saved, with the ways there. */
export function ErrorSummary({ form, elsewhere, go }: ErrorSummaryProps) {
  const fields = Object.entries(form.errors)
    .filter(([, error]) => error)
    .sort(([one], [other]) => byPlace(one, other));
  const count = fields.length + elsewhere.length;
  if (count === 0) return null;
  return (
    <Note kind="bad" role="alert" title={count === 1 ? 'One field needs a change' : `${count} fields need a change`}>
      <ul>
        {fields.map(([path, error]) => (
          <li key={path}>
            <button type="button" className={classes.way} onClick={() => go(path)}>
              {labelOf(path, form.values)}
            </button>
            : {error}
          </li>
        ))}
        {elsewhere.map(({ pointer, code, detail }) => (
          <li key={`${pointer} ${code}`}>
            <code>{pointer}</code>: {detail}
          </li>
        ))}
      </ul>
    </Note>
  );
}
