import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MusterError } from '../common/errors';

/** Transient errors of the database: the caller may try again. */
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

/** A connection that broke during the response. The SDK neither retries nor names this error. */
const isBrokenConnection = (error: Error & { readonly code?: unknown }): boolean => error.code === 'ECONNRESET';

/** Transient reasons why a transaction was cancelled. They are reported per item, and the SDK does not retry them. */
const PASSING_CANCELLATIONS = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded', 'TransactionConflict']);

const isPassingCancellation = (error: Error): boolean =>
  error instanceof TransactionCanceledException &&
  (error.CancellationReasons ?? []).some((reason) => PASSING_CANCELLATIONS.has(reason.Code ?? ''));

const isPassing = (error: Error): boolean =>
  PASSING_STORE_ERRORS.has(error.name) || isBrokenConnection(error) || isPassingCancellation(error);

/** Converts any error. An unknown one becomes a 500 that does not reveal its cause. */
export function asMusterError(error: unknown): MusterError {
  if (error instanceof MusterError) return error;
  if (error instanceof Error && isPassing(error)) {
    return new MusterError('store.busy', 'The database is temporarily unavailable; try again.', {
      headers: { 'retry-after': '1' },
      cause: error,
    });
  }
  return new MusterError(
    'internal.error',
    'The service failed unexpectedly. The cause is in its log, under the requestId.',
    {
      cause: error,
    },
  );
}

/** Path of the page that explains every code, with the code as the fragment. */
export const ERRORS_PATH = '/docs/errors';

/** The problem document of an error (RFC 9457). */
export function problemOf(error: MusterError, instance: string, requestId: string | undefined) {
  return {
    // A reference relative to the URL of the request.
    type: `${ERRORS_PATH}#${error.code}`,
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

export function problemResponse(
  error: MusterError,
  instance: string,
  requestId: string | undefined,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: error.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(error.status === 401 && { 'www-authenticate': 'Bearer' }),
      ...error.headers,
    },
    body: JSON.stringify(problemOf(error, instance, requestId)),
  };
}
