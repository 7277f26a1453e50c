/**
 * The one error class of the product. `code` is stable and dotted and part of the API; status, title and whether a
 * retry can help follow from it, so a new kind of error is one line in this table.
 */
const CATALOG = {
  'request.not-json': { status: 400, title: 'The body is not valid JSON' },
  'request.invalid': { status: 422, title: 'The request is well-formed but wrong' },
  'request.too-large': { status: 413, title: 'The request is too large' },
  'request.unsupported-media-type': { status: 415, title: 'The content type is not supported' },
  'request.idempotency-key-reused': { status: 422, title: 'The idempotency key was used with another request' },
  'route.not-found': { status: 404, title: 'There is no such route' },
  'route.method-not-allowed': { status: 405, title: 'The route does not take this method' },
  'auth.no-token': { status: 401, title: 'A bearer token is required' },
  'auth.bad-token': { status: 401, title: 'The bearer token is not valid' },
  'auth.forbidden': { status: 403, title: 'The token does not give this right' },
  'agent.not-found': { status: 404, title: 'There is no such agent' },
  'agent.exists': { status: 409, title: 'The agent id is taken' },
  'agent.deactivated': { status: 409, title: 'The agent is deactivated' },
  'agent.too-many-tokens': { status: 409, title: 'The agent has as many tokens as it may' },
  'token.revoked': { status: 409, title: 'The token has been revoked' },
  'token.not-found': { status: 404, title: 'There is no such token' },
  'sync-point.not-found': { status: 404, title: 'There is no such sync point' },
  'sync-point.exists': { status: 409, title: 'The sync point id is taken' },
  'sync-point.not-participant': { status: 403, title: 'Only a participant may arrive' },
  'sync-point.not-waiting': { status: 409, title: 'The sync point has ended' },
  'sync-point.expired': { status: 409, title: 'The deadline of the sync point has passed' },
  'progress-tracker.not-found': { status: 404, title: 'There is no such progress tracker' },
  'progress-tracker.exists': { status: 409, title: 'The progress tracker id is taken' },
  'progress-tracker.not-active': { status: 409, title: 'The progress tracker has ended' },
  'progress-tracker.not-participant': { status: 403, title: 'Only a participant or the creator may report' },
  'progress-tracker.step-mismatch': { status: 409, title: 'The step is not the one expected' },
  'progress-tracker.step-went-back': { status: 409, title: 'The tracker does not let steps go back' },
  'message.not-found': { status: 404, title: 'There is no such message' },
  'store.busy': { status: 503, title: 'The store is busy', retryable: true },
  'internal.error': { status: 500, title: 'Something went wrong on our side', retryable: true },
} as const satisfies Record<string, { status: number; title: string; retryable?: boolean }>;

export type ErrorCode = keyof typeof CATALOG;

/** One wrong place in a request; `pointer` is a JSON pointer in URI fragment form (RFC 6901, RFC 9457). */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
}

export interface MusterErrorOptions {
  readonly violations?: readonly Violation[];
  /** Members added to the problem document, for example the current state on a conflict. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

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

/** 422 for one wrong place of the request. */
export function invalid(pointer: string, detail: string): MusterError {
  return new MusterError('request.invalid', detail, { violations: [{ pointer, detail }] });
}
