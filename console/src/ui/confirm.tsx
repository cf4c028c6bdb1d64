import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { createContext, type ReactNode, use, useCallback, useRef, useState } from 'react';
import { quoted } from '@/lib/bidi';

/** What is asked before something is done. */
export interface Question {
  /** The question: "Delete this webhook?" */
  title: string;
  /** What it means. */
  body: ReactNode;
  /** What the button does: "Delete". */
  action: string;
  /** Can't be undone. */
  danger?: boolean;
  /** Has to be typed before the button works: the name of what is deleted. */
  typed?: string;
}

type Confirm = (question: Question) => Promise<boolean>;

const ConfirmContext = createContext<Confirm>(() => Promise.resolve(false));

/** Asks the reader: `if (await confirm({ title, body, action })) …` */
export function useConfirm(): Confirm {
  return use(ConfirmContext);
}

/** Shows the questions of the pages inside it, one at a time. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [opened, setOpened] = useState(false);
  const [typed, setTyped] = useState('');
  const answer = useRef<(yes: boolean) => void>(() => undefined);

  const confirm = useCallback<Confirm>((asked) => {
    answer.current(false);
    setQuestion(asked);
    setTyped('');
    setOpened(true);
    return new Promise((resolve) => {
      answer.current = resolve;
    });
  }, []);
  const close = (yes: boolean) => {
    setOpened(false);
    answer.current(yes);
  };
  const complete = !question?.typed || typed.trim() === question.typed;

  return (
    <ConfirmContext value={confirm}>
      {children}
      <Modal opened={opened} onClose={() => close(false)} title={question?.title}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (complete) close(true);
          }}
        >
          <Text component="div" size="md">
            {question?.body}
          </Text>
          {question?.typed && (
            <TextInput
              mt="md"
              label={`Type ${quoted(question.typed)} to go on`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
            />
          )}
          <Group justify="flex-end" mt="lg" gap="xs">
            <Button variant="default" onClick={() => close(false)} data-autofocus={question?.danger || undefined}>
              Cancel
            </Button>
            <Button
              type="submit"
              color={question?.danger ? 'red' : 'brand'}
              disabled={!complete}
              data-autofocus={!question?.danger || undefined}
            >
              {question?.action}
            </Button>
          </Group>
        </form>
      </Modal>
    </ConfirmContext>
  );
}
