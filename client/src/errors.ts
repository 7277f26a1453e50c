/** Everything that the client throws, except the reason of a signal: each is a `MusterError`. */
import type { ErrorCode } from './generated/operations.ts';
import type { Problem } from './types.ts';

/**
 * The base of every error of the client.
 *
 * @example
 * try {
 *   await muster.syncPoints.get('nightly');
 * } catch (error) {
 *   if (error instanceof NotFoundError) console.log('not created yet');
 *   else throw error;
 * }
 */
export class MusterError extends Error {
  override readonly name: string = 'MusterError';
}

/**
 * Muster did not respond, also after retries: the connection was refused or lost, or something else responded. The
 * request may have taken effect all the same. Repeating it is safe, with two exceptions: `deadlineSeconds` counts from
 * the repeat, and a token that has been revoked is not found again.
 */
export class ConnectionError extends MusterError {
  override readonly name: string = 'ConnectionError';
}

/** The time that the caller allowed has passed (`timeout`). What was asked for may have taken effect all the same. */
export class TimeoutError extends MusterError {
  override readonly name: string = 'TimeoutError';
}

/** The caller's limit for a whole wait (`timeout` of `wait` and `arriveAndWait`) has passed. */
export class WaitTimeoutError extends TimeoutError {
  override readonly name = 'WaitTimeoutError';
}

/** What the service said, beside the problem document. */
export interface ErrorAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Of the headers; the problem document may have it, too. */
  readonly requestId: string | undefined;
  /** The body as JSON, if it is a JSON object; otherwise null. */
  readonly problem: Problem | null;
  /** Requests sent, first included. */
  readonly attempts: number;
}

/** One invalid place in a request; `pointer` is a JSON pointer in URI fragment form. */
export interface Violation {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * The service answered with an error. There is a class for each status that it uses; decide by the class, or more
 * precisely by `code`.
 */
export class ApiError extends MusterError {
  override readonly name: string = 'ApiError';
  readonly status: number;
  /** Stable, for programs; docs/errors.md explains each. Undefined if the gateway answered in place of the service. */
  readonly code: ErrorCode | undefined;
  /** For people. */
  readonly detail: string;
  /** What is wrong with the request, place by place. */
  readonly violations: readonly Violation[];
  /** Under which the service has logged the request. */
  readonly requestId: string | undefined;
  /** The problem document (RFC 9457) as it came; null if there was none. */
  readonly problem: Problem | null;
  readonly headers: Headers;

  constructor(asked: string, answer: ErrorAnswer) {
    const { status, headers, problem, attempts } = answer;
    // Not every error is the service's: gateways and proxies have documents of their own.
    const members: Readonly<Record<string, unknown>> = { ...problem };
    const code = textOf(members['code']);
    const detail = textOf(members['detail']) ?? textOf(members['message']) ?? 'no problem document';
    const violations = Array.isArray(members['errors']) ? (members['errors'] as Violation[]) : [];
    const requestId = textOf(members['requestId']) ?? answer.requestId;
    const more = [attempts > 1 && `after ${attempts} attempts`, requestId && `request ${requestId}`].filter(Boolean);
    super(
      `${asked}: ${status} ${code === undefined ? '' : `${code}: `}${sentencesOf(detail, violations).join('\n  ')}` +
        (more.length > 0 ? ` (${more.join(', ')})` : ''),
    );
    this.status = status;
    this.code = code as ErrorCode | undefined;
    this.detail = detail;
    this.violations = violations;
    this.requestId = requestId;
    this.problem = problem;
    this.headers = headers;
  }
}

/** The detail, and the violations that it doesn't tell of: the service's is about the first, often with its pointer. */
function sentencesOf(detail: string, violations: readonly Violation[]): string[] {
  const [first, ...others] = violations;
  const toldFirst = first !== undefined && detail.includes(first.detail);
  const listed = (toldFirst ? others : violations).map(({ pointer, detail: rule }) => `${pointer}: ${rule}`);
  return [first?.detail === detail ? `${first.pointer} ${detail}` : detail, ...listed];
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** 400: the request is not one that the service can read. */
export class BadRequestError extends ApiError {
  override readonly name = 'BadRequestError';
}
/** 401: there is no token, or it is unknown, revoked or of a deactivated agent. */
export class AuthenticationError extends ApiError {
  override readonly name = 'AuthenticationError';
}
/** 403: the token is valid, but this is reserved for others. */
export class PermissionDeniedError extends ApiError {
  override readonly name = 'PermissionDeniedError';
}
/** 404: it doesn't exist, or this agent has nothing to do with it. */
export class NotFoundError extends ApiError {
  override readonly name = 'NotFoundError';
}
/** 405: the API has no such method on this path; a proxy may have changed it. */
export class MethodNotAllowedError extends ApiError {
  override readonly name = 'MethodNotAllowedError';
}
/** 409: the state forbids it: it has ended, exists already, or was answered otherwise. */
export class ConflictError extends ApiError {
  override readonly name = 'ConflictError';
}
/** 413: the request is larger than 1 MiB. */
export class TooLargeError extends ApiError {
  override readonly name = 'TooLargeError';
}
/** 415: the service was not told that the body is JSON; a proxy may have changed the header. */
export class UnsupportedMediaTypeError extends ApiError {
  override readonly name = 'UnsupportedMediaTypeError';
}
/** 422: the request is well-formed and invalid; `violations` has each place. */
export class InvalidRequestError extends ApiError {
  override readonly name = 'InvalidRequestError';
}
/** 429: too many requests, also after retries. */
export class RateLimitError extends ApiError {
  override readonly name = 'RateLimitError';
}
/** 5xx: the service or its gateway failed, also after retries. */
export class ServerError extends ApiError {
  override readonly name: string = 'ServerError';
}
/** 503: the service or its database is unavailable for the moment, also after retries. */
export class UnavailableError extends ServerError {
  override readonly name = 'UnavailableError';
}

const CLASSES: Readonly<Record<number, new (asked: string, answer: ErrorAnswer) => ApiError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  405: MethodNotAllowedError,
  409: ConflictError,
  413: TooLargeError,
  415: UnsupportedMediaTypeError,
  422: InvalidRequestError,
  429: RateLimitError,
  503: UnavailableError,
};

/** The error for an answer, of the class of its status. */
export function apiErrorOf(asked: string, answer: ErrorAnswer): ApiError {
  const Class = CLASSES[answer.status] ?? (answer.status >= 500 ? ServerError : ApiError);
  return new Class(asked, answer);
}
