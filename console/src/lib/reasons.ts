import type { Schemas } from '@/api/client';

const REASONS: Record<Schemas['Reason'], string> = {
  receiver_rejected: 'rejected by the receiver',
  webhook_disabled: 'webhook disabled',
  webhook_deleted: 'webhook deleted',
  canceled: 'canceled',
  address_not_allowed: 'address not allowed',
  connection_refused: 'connection refused',
  connect_timeout: 'no connection in time',
  tls_timeout: 'no TLS handshake in time',
  connection_failed: 'connection failed',
  dns_failure: 'host name not found',
  tls_failure: 'TLS failed',
  connection_closed: 'connection closed without an answer',
  invalid_response: 'answer is not HTTP',
  response_incomplete: 'answer broke off',
  first_byte_timeout: 'no answer in time',
  response_timeout: 'answer not complete in time',
  credentials_missing: 'credentials missing',
  connection_unavailable: 'EventBridge connection not usable',
  body_not_mergeable: 'connection’s members don’t fit the payload',
  payload_not_json: 'payload is not JSON',
  payload_not_shapeable: 'payload too large for its shape',
  transformation_failed: 'transformation failed',
  static_ip_unavailable: 'no static IP',
  token_address_not_allowed: 'token address not allowed',
  token_rejected: 'no token: rejected',
  token_invalid: 'no token: answer not usable',
  token_timeout: 'no token in time',
  token_unreachable: 'token endpoint not reached',
  payload_missing: 'payload gone',
  payload_altered: 'payload altered',
  secrets_unreadable: 'secrets can’t be opened',
  throttled: 'throttled in Hookstep',
  internal_timeout: 'timeout in Hookstep',
  internal_error: 'error in Hookstep',
};

/** A reason in a few words, for lists and badges. One that this console does not know yet is shown as it is. */
export function reasonWords(reason: string): string {
  return REASONS[reason as Schemas['Reason']] ?? reason.replaceAll('_', ' ');
}
