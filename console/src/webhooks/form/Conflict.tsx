import { Button, Group, Stack } from '@mantine/core';
import type { Schemas } from '@/api/client';
import { Note } from '@/ui/Note';
import { Time } from '@/ui/Time';
import classes from './Conflict.module.css';
import type { TheirChange } from './changes';
import { labelOf } from './labels';
import type { WebhookValues } from './values';

export interface ConflictProps {
  theirs: Schemas['Webhook'];
  changes: TheirChange[];
  /** Newest first; null where the history could not be read. */
  history: Schemas['Change'][] | null;
  values: WebhookValues;
  /** Takes their changes into the form, but for the fields that were changed here. */
  onMerge: () => void;
  /** Says which version the form may replace; the button submits the form. */
  onOverwrite: () => void;
  /** Gives up what was typed. */
  onDiscard: () => void;
}

/** The webhook was changed while it was edited: by whom, what, and the ways on. What was typed stays until the reader decides. */
export function Conflict({ theirs, changes, history, values, onMerge, onOverwrite, onDiscard }: ConflictProps) {
  return (
    <Note kind="warn" role="alert" title="The webhook was changed while you edited it. Nothing of yours is saved yet.">
      <Stack gap="xs" mt="xs">
        {history?.map((change) => (
          <div key={change.version}>
            Version {change.version}, <Time value={change.at} />, by {change.actor.id ?? change.actor.type}:{' '}
            {change.changed_fields.map((field) => (
              <code key={field} className={classes.pointer}>
                {field}
              </code>
            ))}
          </div>
        ))}
        <Group gap="xs">
          <Button size="xs" onClick={onMerge}>
            Take over their changes, keep mine
          </Button>
          <Button size="xs" variant="default" type="submit" onClick={onOverwrite}>
            Save mine over version {theirs.version}
          </Button>
          <Button size="xs" variant="default" onClick={onDiscard}>
            Discard mine
          </Button>
        </Group>
        <div className={classes.hint}>
          Where both changed a field, yours stays in the form. Look it over, then save.
        </div>
        {changes.length > 0 && (
          <table className={classes.changes}>
            <caption className="hs-hidden">What changed meanwhile</caption>
            <thead>
              <tr>
                <th scope="col">Field</th>
                <th scope="col">Was</th>
                <th scope="col">Is now</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ field, before, after, mineToo }) => (
                <tr key={field}>
                  <th scope="row">
                    {labelOf(field, values)}
                    {mineToo && <div className={classes.both}>You changed it too</div>}
                  </th>
                  <td>
                    <code title={before}>{before}</code>
                  </td>
                  <td>
                    <code title={after}>{after}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {changes.length === 0 && (
          <div>No field that is shown differs: a secret was replaced, or it was changed back.</div>
        )}
      </Stack>
    </Note>
  );
}
