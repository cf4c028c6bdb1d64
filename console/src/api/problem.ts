import type { components } from './schema';

/** One field at fault; `pointer` is a JSON pointer into the body that was sent. */
export type FieldError = NonNullable<components['schemas']['Problem']['errors']>[number];

/** Why a call did not work: the API's problem details (RFC 9457), or what stands in for them where another answered, or nobody. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Stable code, for programs: those of the API, `gateway` for API Gateway's own answers, `session_expired`, `no_answer`. */
  readonly code: string;
  /** Fields at fault, of `validation_failed`. */
  readonly errors: FieldError[];

  constructor(status: number, code: string, detail: string, errors: FieldError[] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** Whether the call may have taken effect all the same: its answer was lost, or broke off. */
  get unclear(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** Whether the same call may work a moment later. */
  get passes(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads a refusal, whoever gave it. */
export function problemOf(status: number, body: unknown): Problem {
  const members = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (typeof members.code === 'string') {
    const errors = Array.isArray(members.errors) ? (members.errors as FieldError[]) : [];
    const detail = typeof members.detail === 'string' ? members.detail : String(members.title ?? members.code);
    return new Problem(status, members.code, detail, errors);
  }
  const message = typeof members.message === 'string' ? members.message : `the answer was HTTP ${status}`;
  return new Problem(status, 'gateway', message);
}

/** Any thrown value as a problem that can be shown. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof Error && thrown.name === 'SessionExpired')
    return new Problem(401, 'session_expired', thrown.message);
  if (thrown instanceof Error && thrown.name === 'NoAnswer')
    return new Problem(0, 'no_answer', 'The API did not answer.');
  return new Problem(0, 'unexpected', thrown instanceof Error ? thrown.message : String(thrown));
}
