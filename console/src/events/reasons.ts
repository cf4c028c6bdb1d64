import type { Schemas } from '@/api/client';
import { statusMeaning, statusWords } from './httpStatus';

/** What a sentence may tell beyond the code. */
export interface Cause {
  /** What the receiver answered, if it did. */
  status_code?: number | undefined;
}

interface Reason {
  /** A sentence without its full stop. */
  why: (cause: Cause) => string;
  /** What the reader can do, one sentence or two; null where there is nothing to do. */
  advice: (cause: Cause) => string | null;
}

const reason = (why: string, advice: string | null): Reason => ({ why: () => why, advice: () => advice });

const OURS =
  'This is a fault on Hookstep’s side, not of the receiver. Operators were alerted; replay the event once it is mended.';

/** Every code that an event's reason and an attempt's error can have. */
export const REASONS: Record<Schemas['Reason'], Reason> = {
  receiver_rejected: {
    why: ({ status_code }) =>
      status_code === undefined
        ? 'The receiver answered with something other than success (2xx)'
        : `The receiver answered ${statusWords(status_code)}${statusMeaning(status_code).why}`,
    advice: ({ status_code }) => (status_code === undefined ? null : statusMeaning(status_code).advice),
  },
  webhook_disabled: reason(
    'The webhook was disabled when the event’s turn came, so it was not sent',
    'Enable the webhook, then replay the event.',
  ),
  webhook_deleted: reason('The webhook was deleted before the event’s turn came, so it was not sent', null),
  canceled: reason(
    'Somebody canceled the event while it waited for its next attempt',
    'Replay it to send it after all.',
  ),
  address_not_allowed: reason(
    'The receiver’s address or port is not one that webhooks of this deployment may reach, so nothing was sent',
    'Correct the URL, or ask the operator to allow the target (AllowedTargets, AllowedPorts).',
  ),
  connection_refused: reason(
    'The receiver refused the connection: nothing listens at that port',
    'See whether the receiver is up, and whether the URL names the right host and port.',
  ),
  connect_timeout: reason(
    'No connection to the receiver could be made within 10 seconds',
    'A firewall that drops packets, or a host that is down, looks like this.',
  ),
  tls_timeout: reason(
    'The receiver took the connection but did not complete the TLS handshake within 10 seconds',
    'See whether the receiver is overloaded, and whether it speaks TLS at that port.',
  ),
  connection_failed: reason(
    'No connection to the receiver could be made: it was reset, or there is no way to the host',
    'See whether the host can be reached from the internet.',
  ),
  dns_failure: reason(
    'The receiver’s host name could not be resolved',
    'See whether the host name in the URL is spelled rightly and is in the public DNS.',
  ),
  tls_failure: reason(
    'The TLS handshake with the receiver failed: most often its certificate has expired, is for another name, or is not trusted',
    'The detail says which. The receiver has to present a valid certificate for its host name, with the intermediate ones.',
  ),
  connection_closed: reason(
    'The receiver closed the connection without an answer',
    'It may have processed the event all the same: look into its log before you replay.',
  ),
  invalid_response: reason(
    'What the receiver sent back is not valid HTTP',
    'See whether the URL leads to a web server, and to the port for http or https that is meant.',
  ),
  response_incomplete: reason(
    'The receiver began to answer and broke off',
    'It may have processed the event all the same: look into its log before you replay.',
  ),
  first_byte_timeout: reason(
    'The receiver did not begin to answer within the webhook’s timeout',
    'A receiver should answer at once and do the work afterwards; or give the webhook a longer timeout.',
  ),
  response_timeout: reason(
    'The receiver began to answer but did not finish within the webhook’s timeout',
    'See why its answer takes so long, or give the webhook a longer timeout.',
  ),
  credentials_missing: reason(
    'A secret that the webhook needs to sign in to the receiver is not set, so nothing was sent',
    'Edit the webhook and set it; the detail names it.',
  ),
  connection_unavailable: reason(
    'The credentials of the webhook’s EventBridge connection could not be read',
    'See whether the connection still exists and is authorized; the detail says what is wrong.',
  ),
  body_not_mergeable: reason(
    'The webhook’s EventBridge connection adds members to the body, and this payload is not a JSON object that they fit into',
    'Send JSON objects to this webhook, or use a connection without body parameters.',
  ),
  payload_not_json: reason(
    'The webhook shapes its payloads, which have to be JSON for that, and this one is not',
    'Send JSON, or take away the webhook’s transformation or envelope.',
  ),
  payload_not_shapeable: reason(
    'The payload is too large for the webhook’s transformation or envelope',
    'Send less (1 MiB for a transformation, 8 MiB for the envelope), or send it as it is.',
  ),
  transformation_failed: reason(
    'The webhook’s transformation failed on this payload, so nothing was sent',
    'The detail says where. Correct the expression, try it in the preview, then replay the event.',
  ),
  static_ip_unavailable: reason(
    'The webhook sends from a static IP address, and this deployment has none at the moment',
    'Ask the operator to restore it, or switch the static IP off for this webhook.',
  ),
  token_address_not_allowed: reason(
    'The token endpoint’s address or port is not one that webhooks of this deployment may reach',
    'Correct the token URL, or ask the operator to allow it (AllowedTargets, AllowedPorts).',
  ),
  token_rejected: reason(
    'The token endpoint refused to give a token, so nothing was sent to the receiver',
    'See the client id, the client secret and the scope; the detail has its answer. “Test the authentication” tries them.',
  ),
  token_invalid: reason(
    'The token endpoint’s answer holds no token that can be used',
    'See whether the token URL is right; the detail says what is missing.',
  ),
  token_timeout: reason(
    'The token endpoint did not answer in time, so nothing was sent to the receiver',
    'It is an outage on its side, or the webhook’s timeout is too short for both calls.',
  ),
  token_unreachable: reason(
    'The token endpoint could not be reached, so nothing was sent to the receiver',
    'See whether the token URL is right; the detail says what happened.',
  ),
  payload_missing: reason(
    'The payload is no longer in the storage, so there was nothing to send',
    'It can’t be sent again. Operators were alerted.',
  ),
  payload_altered: reason(
    'The uploaded payload was replaced after the event was triggered, so it was not sent',
    'Trigger the event again with the payload that is meant.',
  ),
  secrets_unreadable: reason('The webhook’s secrets could not be opened with the deployment’s key', OURS),
  throttled: reason('A service that Hookstep needs was overloaded or did not answer for too long', OURS),
  internal_timeout: reason('A step inside Hookstep took too long', `The receiver may have got the event. ${OURS}`),
  internal_error: reason('Something inside Hookstep broke', `The receiver may have got the event. ${OURS}`),
};

/** The entry of a code; one that this console does not know yet is shown as it is. */
export function reasonEntry(code: string): Reason {
  return REASONS[code as Schemas['Reason']] ?? reason(`It ended with “${code.replaceAll('_', ' ')}”`, null);
}
