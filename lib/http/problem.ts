import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { MusterError } from '../common/errors';

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

/** The path as a URI reference. The gateway passes it decoded, but may leave a `%25` as it is. */
export const instanceOf = ({ rawPath }: Pick<APIGatewayProxyEventV2, 'rawPath'>): string =>
  encodeURI(rawPath.replaceAll('%25', '%').toWellFormed()).replace(/[?#]/g, encodeURIComponent);

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
