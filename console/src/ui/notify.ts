import { notifications } from '@mantine/notifications';
import { advice } from '@/api/advice';
import { asProblem } from '@/api/problem';
import { sentence } from '@/lib/sentence';

/** Says that something worked, for a few seconds. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green', autoClose: 5_000, role: 'status', closeButtonProps: CLOSE });
}

/** Says what did not work and why, until it is closed. */
export function notifyFailed(title: string, thrown: unknown): void {
  const problem = asProblem(thrown);
  const message = [sentence(problem.message), advice(problem), `(${problem.code})`].filter(Boolean).join(' ');
  notifications.show({ title, message, color: 'red', autoClose: false, role: 'alert', closeButtonProps: CLOSE });
}

const CLOSE = { 'aria-label': 'Close the message' };
