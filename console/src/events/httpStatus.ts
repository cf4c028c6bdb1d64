const PHRASES: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  425: 'Too Early',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** A status with its name, where it has one: `503 Service Unavailable`. */
export function statusWords(status: number): string {
  const phrase = PHRASES[status];
  return phrase ? `${status} ${phrase}` : `${status}`;
}

/** What a receiver means by a status other than 2xx. */
export interface StatusMeaning {
  /** Goes on after "The receiver answered 404 Not Found". */
  why: string;
  /** What the reader can do. */
  advice: string;
}

const MEANINGS: Record<number, StatusMeaning> = {
  401: {
    why: ': it does not accept the credentials',
    advice: 'See the webhook’s authentication, and whether the receiver checks the signature with the right secret.',
  },
  403: {
    why: ': it does not allow this caller',
    advice: 'See the webhook’s authentication, and whether the receiver only lets certain addresses in.',
  },
  404: { why: ': it knows nothing at this address', advice: 'See whether the URL’s path is right.' },
  405: { why: ': it does not take this method there', advice: 'See the webhook’s HTTP method.' },
  408: { why: ': it waited too long for the request', advice: 'It is most often overloaded. Try again later.' },
  410: {
    why: ': it wants no more events, so Hookstep disabled the webhook',
    advice: 'Ask the receiver’s owner. Delete the webhook, or correct its URL and enable it again.',
  },
  413: {
    why: ': the payload is too large for it',
    advice: 'Send less, or ask the receiver’s owner for a higher limit.',
  },
  415: { why: ': it does not take this content type', advice: 'See the content type among the webhook’s headers.' },
  429: {
    why: ': it gets more than it can take',
    advice: 'Replay more slowly, or ask the receiver’s owner for a higher limit.',
  },
};

/** What a status means; by its class where it has no entry of its own. */
export function statusMeaning(status: number): StatusMeaning {
  const known = MEANINGS[status];
  if (known) return known;
  if (status >= 300 && status < 400)
    return { why: ', a redirect, which Hookstep does not follow', advice: 'Set the webhook’s URL to where it leads.' };
  if (status >= 400 && status < 500)
    return { why: ': it does not accept this request', advice: 'Its answer below may say what it wants.' };
  if (status >= 500)
    return {
      why: ': something is wrong on its side',
      advice: 'Its answer below may say what.',
    };
  return { why: ', which is no final answer', advice: 'See what stands at the webhook’s URL.' };
}
