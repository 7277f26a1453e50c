import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { authorize } from '../lib/agents/authorize';
import { createLogger } from '../lib/common/log';
import { scopedHandler } from '../lib/common/scoped-handler';
import { parseTraceparent } from '../lib/common/trace';
import type { AuthorizerContext } from '../lib/http/app';
import { openService } from '../lib/table/service';

const logger = createLogger();
const { table } = openService();

/**
 * Lambda authorizer of the HTTP API (payload 2.0, simple response, cached by the Authorizer header).
 *
 * Refused tokens pass as well, marked as refused: a refusal by the gateway cannot be a problem document, so every
 * function behind this authorizer must refuse them (`callerOf` in lib/http/app.ts).
 * A trace that starts here would not reach the API functions, so the log has one only if the caller sent it.
 */
export const handler = scopedHandler(
  logger,
  ({ headers, requestContext }: APIGatewayRequestAuthorizerEventV2) => ({
    trace: parseTraceparent(headers?.['traceparent']),
    fields: { requestId: requestContext.requestId },
  }),
  async ({ headers }): Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>> => {
    const context = await authorize(table, headers?.['authorization']);
    if ('refused' in context) logger.info('Token refused', { reason: context.refused });
    return { isAuthorized: true, context };
  },
);
