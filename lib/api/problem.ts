import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { Context } from 'hono';
import { MusterError } from '../errors/muster-error';

/** Problems of the store that pass by themselves: the caller may try again. */
const PASSING_STORE_ERRORS = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
  'TransactionInProgressException',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'NetworkingError',
]);

/** A connection that broke within the answer, which the SDK neither repeats nor gives a name. */
const isBrokenConnection = (error: Error & { readonly code?: unknown }): boolean => error.code === 'ECONNRESET';

/** Of a transaction, throttling and conflicts are told item by item; the SDK does not repeat it by itself. */
const PASSING_CANCELLATIONS = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded', 'TransactionConflict']);

const isPassingCancellation = (error: Error): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some((reason) => PASSING_CANCELLATIONS.has(reason.Code ?? ''));

const isPassing = (error: Error): boolean =>
  PASSING_STORE_ERRORS.has(error.name) || isBrokenConnection(error) || isPassingCancellation(error);

/** Any error as one of ours; what is not known becomes a 500 that says nothing of its cause. */
export function asMusterError(error: unknown): MusterError {
  if (error instanceof MusterError) return error;
  if (error instanceof Error && isPassing(error)) {
    return new MusterError('store.busy', 'The store is busy; nothing is known to have failed for good. Try again.', {
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  return new MusterError('internal.error', 'Something went wrong on our side; the log has the detail.', {
    cause: error,
  });
}

/** The problem document of an error (RFC 9457). */
export function problemOf(error: MusterError, instance: string, requestId: string | undefined) {
  return {
    type: `urn:muster:problem:${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    instance,
    code: error.code,
    ...(requestId !== undefined && { requestId }),
    ...(error.violations.length > 0 && { errors: error.violations }),
    ...error.extensions,
  };
}

export function problemResponse(context: Context, error: MusterError, requestId: string | undefined): Response {
  const authenticate: Record<string, string> = error.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return context.body(JSON.stringify(problemOf(error, context.req.path, requestId)), error.status as 400, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...authenticate,
    ...error.headers,
  });
}
