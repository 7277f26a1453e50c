/**
 * Every error code of the API. Codes are stable; the status, the title and whether a retry can help follow from them.
 * A new code needs a line here, its explanation in error-explanations.ts and the advice for a model in mcp/errors.ts.
 */
export const CATALOG = {
  'request.not-json': { status: 400, title: 'The request body is not valid JSON' },
  'request.invalid': { status: 422, title: 'The request is invalid' },
  'request.too-large': { status: 413, title: 'The request is too large' },
  'request.unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'request.idempotency-key-reused': { status: 422, title: 'The idempotency key belongs to another request' },
  'route.not-found': { status: 404, title: 'The route does not exist' },
  'route.method-not-allowed': { status: 405, title: 'The route does not allow this method' },
  'auth.no-token': { status: 401, title: 'A bearer token is required' },
  'auth.bad-token': { status: 401, title: 'The bearer token is not valid' },
  'auth.forbidden': { status: 403, title: 'The token does not grant this permission' },
  'agent.not-found': { status: 404, title: 'The agent was not found' },
  'agent.exists': { status: 409, title: 'The agent id is already in use' },
  'agent.active': { status: 409, title: 'The agent is active' },
  'agent.deactivated': { status: 409, title: 'The agent is deactivated' },
  'agent.too-many-tokens': { status: 409, title: 'The agent has the maximum number of tokens' },
  'token.revoked': { status: 409, title: 'The token has been revoked' },
  'token.not-found': { status: 404, title: 'The token was not found' },
  'sync-point.not-found': { status: 404, title: 'The sync point was not found' },
  'sync-point.exists': { status: 409, title: 'The sync point id is already in use' },
  'sync-point.not-participant': { status: 403, title: 'Only participants have an outcome' },
  'sync-point.arrived-otherwise': { status: 409, title: 'The agent has already arrived' },
  'sync-point.failed-otherwise': { status: 409, title: 'The agent has already failed' },
  'sync-point.excused': { status: 409, title: 'The agent has been excused' },
  'sync-point.not-waiting': { status: 409, title: 'The sync point has ended' },
  'sync-point.expired': { status: 409, title: 'The deadline of the sync point has passed' },
  'progress-tracker.not-found': { status: 404, title: 'The progress tracker was not found' },
  'progress-tracker.exists': { status: 409, title: 'The progress tracker id is already in use' },
  'progress-tracker.not-active': { status: 409, title: 'The progress tracker has ended' },
  'progress-tracker.not-participant': { status: 403, title: 'Only participants and the creator take part' },
  'progress-tracker.expired': { status: 409, title: 'The deadline of the progress tracker has passed' },
  'progress-tracker.finished': { status: 409, title: 'The participant has reached the total' },
  'progress-tracker.arrived-otherwise': { status: 409, title: 'The participant has reached the total' },
  'progress-tracker.failed-otherwise': { status: 409, title: 'The agent has already failed' },
  'progress-tracker.excused': { status: 409, title: 'The agent has been excused' },
  'progress-tracker.step-mismatch': { status: 409, title: 'The current step is not the expected one' },
  'progress-tracker.step-went-back': { status: 409, title: 'Steps of this tracker cannot go back' },
  'message.not-found': { status: 404, title: 'The message was not found' },
  'store.busy': { status: 503, title: 'The database is temporarily unavailable', retryable: true },
  'internal.error': { status: 500, title: 'Internal error', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable?: boolean }>;

export type ErrorCode = keyof typeof CATALOG;

/** One invalid place in a request; `pointer` is a JSON pointer in URI fragment form (RFC 6901, RFC 9457). */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
}

export interface MusterErrorOptions {
  readonly violations?: readonly Violation[];
  /** Additional members of the problem document, for example the current state on a conflict. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The one error class of the product. */
export class MusterError extends Error {
  override readonly name = 'MusterError';
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
  readonly violations: readonly Violation[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    detail: string,
    options: MusterErrorOptions = {},
  ) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    const entry: { status: number; title: string; retryable?: boolean } = CATALOG[code];
    this.status = entry.status;
    this.title = entry.title;
    this.retryable = entry.retryable ?? false;
    this.violations = options.violations ?? [];
    this.extensions = options.extensions ?? {};
    this.headers = options.headers ?? {};
  }
}

/** 503: the same request may succeed a second later. */
export const busy = (detail: string): MusterError =>
  new MusterError('store.busy', detail, { headers: { 'retry-after': '1' } });

/** 422 for one invalid place in the request. */
export function invalid(pointer: string, detail: string): MusterError {
  return new MusterError('request.invalid', detail, { violations: [{ pointer, detail }] });
}
