import { Button, Group, Stack } from '@mantine/core';
import { type ReactNode, useRef, useState } from 'react';
import { asProblem, type FieldError, type Problem } from '@/api/problem';
import { base } from '@/app/boot';
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
import { SectionLinks } from './SectionLinks';
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
  const sections: [id: string, name: string, section: ReactNode][] = [
    ['basics', 'Basics', <BasicsSection key="basics" form={form} />],
    ['receiver', 'Receiver', <TargetSection key="receiver" form={form} />],
    ['events', 'Events', <EventsSection key="events" form={form} id={id} />],
    ['payload', 'Payload', <PayloadSection key="payload" form={form} />],
    ['authentication', 'Authentication', <AuthSection key="authentication" form={form} id={id} />],
    ['certificate', 'Client certificate', <CertificateSection key="certificate" form={form} />],
    ['signatures', 'Signatures', <SigningSection key="signatures" form={form} />],
    ['retries', 'Retries', <RetrySection key="retries" form={form} />],
  ];
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
      <div className={classes.sections}>
        {children}
        {sections.map(([key, , section]) => (
          <div key={key} id={key}>
            {section}
          </div>
        ))}
      </div>
      <SectionLinks sections={sections.map(([key, name]) => [key, name])} faulty={faultySections(form.errors)} />
      <div className={classes.bar}>
        <Stack gap="sm">
          <div className={classes.said}>
            {above}
            <ErrorSummary form={form} elsewhere={elsewhere} go={(path) => focusField(root.current, path)} />
            {problem && (
              <ProblemNote
                error={problem}
                title="The webhook could not be saved"
                // A save that is repeated finds out by the version.
                unclear={id === null ? <Created /> : undefined}
              />
            )}
          </div>
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

function Created() {
  return (
    <>
      The webhook may have been created. Look into{' '}
      <a href={`${base}webhooks`} target="_blank" rel="noreferrer">
        the list
      </a>{' '}
      before you create it again.
    </>
  );
}

/** Where each field of the form is; what is not named here is in the section of the receiver. */
const SECTION_OF: Record<string, string> = {
  name: 'basics',
  description: 'basics',
  enabled: 'basics',
  event_name: 'events',
  filter: 'events',
  payload_format: 'payload',
  transformation: 'payload',
  auth: 'authentication',
  client_certificate: 'certificate',
  signing: 'signatures',
  retry_policy: 'retries',
};

function faultySections(errors: WebhookFormApi['errors']): Set<string> {
  const paths = Object.keys(errors).filter((path) => errors[path]);
  return new Set(paths.map((path) => SECTION_OF[path.split('.')[0] ?? ''] ?? 'receiver'));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
