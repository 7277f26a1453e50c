import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
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
