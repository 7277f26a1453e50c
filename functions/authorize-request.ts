import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { findCaller } from '../lib/agents/agent-repository';
import { bearerTokenOf, hashToken } from '../lib/agents/token';
import type { AuthorizerContext } from '../lib/api/api';
import { requiredSetting } from '../lib/configuration';
import { createLogger } from '../lib/logging/create-logger';
import { scopedHandler } from '../lib/logging/scoped-handler';
import { openTable } from '../lib/table/table';
import { parseTraceparent } from '../lib/tracing/trace-context';

const logger = createLogger();
const table = openTable(requiredSetting('TABLE_NAME'));

/**
 * Lambda authorizer of the HTTP API (payload 2.0, simple response, cached by the Authorizer header).
 *
 * A refused token passes as well, marked as refused: the gateway's own refusal can't be given a problem document, so
 * the API functions answer it (see createAuthenticatedApi). Every function behind this authorizer must use that.
 *
 * A trace that is begun here would not reach the API functions, so there is one in the log only if the caller sent one.
 */
export const handler = scopedHandler(
  logger,
  ({ headers, requestContext }: APIGatewayRequestAuthorizerEventV2) => ({
    trace: parseTraceparent(headers?.['traceparent']),
    fields: { requestId: requestContext.requestId },
  }),
  async ({ headers }): Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>> => {
    const token = bearerTokenOf(headers?.['authorization']);
    if (token === null) return refused('The Authorization header must be "Bearer" and a token.');
    const caller = await findCaller(table, hashToken(token));
    return caller ? { isAuthorized: true, context: caller } : refused('The token is unknown or has been revoked.');
  },
);

function refused(reason: string) {
  logger.info('A token was refused', { reason });
  return { isAuthorized: true, context: { refused: reason } };
}
