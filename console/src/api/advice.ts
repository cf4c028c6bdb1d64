import type { Problem } from './problem';

const BY_CODE: Record<string, string> = {
  concurrent_change: 'Somebody else is changing this webhook. Try again.',
  event_ended: 'This event has come to its end: there is nothing left to wait for. Replay it to send it again.',
  event_in_progress: 'Wait until this event has come to its end, then replay it.',
  event_running: 'An attempt is being made right now. Look again in a few seconds.',
  forbidden: 'You are signed in, but not allowed to do this. Ask whoever runs Hookstep for the permission.',
  no_event_yet: 'Nothing but tests was sent to this webhook so far. Send the made-up payload.',
  no_answer: 'Check your connection, then try again.',
  payload_missing: 'The payload is no longer kept, so this event can’t be sent again.',
  precondition_failed: 'The webhook was changed since this page was loaded. Load it again, then repeat your change.',
  precondition_required: 'Load the page again, then repeat your change.',
  replay_busy: 'The replay was changed at the same moment. Try again.',
  replay_ended: 'The replay has come to its end already.',
  replay_not_stopped: 'The replay is going on, or finished: there is nothing to resume.',
  session_expired: 'Sign in again.',
  too_many_replays: 'Wait until one has finished, or stop one.',
  too_many_secrets: 'Three earlier secrets still sign. Wait until one has expired.',
  unavailable: 'A service of AWS does not answer. Try again in a moment.',
  webhook_disabled: 'Enable the webhook first.',
};

/** What the reader can do about a problem, one sentence; null where its detail says it all. */
export function advice(problem: Problem): string | null {
  const known = BY_CODE[problem.code];
  if (known) return known;
  if (problem.code.endsWith('_not_found'))
    return 'It may have been deleted or have expired, or belong to another tenant.';
  if (problem.status === 401) return 'Sign in again.';
  if (problem.status === 403) return 'The credentials lack the permission to make this call.';
  if (problem.status === 429) return 'Too many calls at once. Try again in a moment.';
  if (problem.status >= 500)
    return 'This is a fault of the deployment, not of the webhook. Its log says what happened.';
  return null;
}
