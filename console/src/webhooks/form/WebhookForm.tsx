import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { asProblem, type FieldError, type Problem } from '@/api/problem';
import { LinkButton } from '@/ui/links';
import { ProblemNote } from '@/ui/ProblemNote';
import { AuthSection } from './AuthSection';
import { BasicsSection } from './BasicsSection';
import { CertificateSection } from './CertificateSection';
import { ErrorSummary } from './ErrorSummary';
import { EventsSection } from './EventsSection';
import { type FieldErrors, faults } from './faults';
import { firstOf, focusField } from './focusField';
import { PayloadSection } from './PayloadSection';
import { place } from './pointers';
import { RetrySection } from './RetrySection';
import { SigningSection } from './SigningSection';
import { TargetSection } from './TargetSection';
import type { WebhookFormApi, WebhookValues } from './values';
import classes from './WebhookForm.module.css';

export interface WebhookFormProps {
  form: WebhookFormApi;
  /** Of the stored webhook; null while there is none. */
  id: string | null;
  /** Says so on the button: "Create the webhook". */
  action: string;
  /** Where Cancel leads. */
  cancel: string;
  /**
   * Saves what the form holds.
   *
   * @throws {Problem}
   */
  save: (values: WebhookValues) => Promise<void>;
  /** Takes care of a refusal that is none of a field; true if it did. */
  onProblem?: (problem: Problem) => boolean;
  /** Above the first section. */
  children?: ReactNode;
  /** Above the buttons. */
  above?: ReactNode;
}

/** Every field of a webhook. What the API refuses is shown at the field, and all of it together above the buttons. */
export function WebhookForm({ form, id, action, cancel, save, onProblem, children, above }: WebhookFormProps) {
  const root = useRef<HTMLFormElement>(null);
  const [elsewhere, setElsewhere] = useState<FieldError[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const show = (fields: FieldErrors, rest: FieldError[]) => {
    form.setErrors(Object.fromEntries(Object.entries(fields).map(([path, text]) => [path, capital(text)])));
    setElsewhere(rest);
    const first = firstOf(root.current, Object.keys(fields));
    if (first) focusField(root.current, first);
  };
  const submit = async () => {
    setProblem(null);
    const found = faults(form.values);
    show(found, []);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await save(form.values);
    } catch (thrown) {
      const refusal = asProblem(thrown);
      const { fields, elsewhere: rest } = place(refusal.errors, form.values);
      if (refusal.errors.length > 0) show(fields, rest);
      else if (!onProblem?.(refusal)) setProblem(refusal);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={root}
      noValidate
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {children}
      <BasicsSection form={form} />
      <TargetSection form={form} />
      <EventsSection form={form} id={id} />
      <PayloadSection form={form} />
      <AuthSection form={form} id={id} />
      <CertificateSection form={form} />
      <SigningSection form={form} />
      <RetrySection form={form} />
      <div className={classes.bar}>
        <Stack gap="sm">
          {above}
          <ErrorSummary form={form} elsewhere={elsewhere} go={(path) => focusField(root.current, path)} />
          {problem && <ProblemNote error={problem} title="The webhook could not be saved" />}
          <Group gap="xs">
            <Button type="submit" loading={busy}>
              {action}
            </Button>
            <LinkButton href={cancel} variant="default">
              Cancel
            </LinkButton>
          </Group>
        </Stack>
      </div>
    </form>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
