import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import { findCaller } from '../lib/agents/agent-repository';
import { bearerTokenOf, hashToken } from '../lib/agents/token';
import type { AuthorizerContext } from '../lib/api/api';
import { requiredSetting } from '../lib/configuration';
import { openTable } from '../lib/table/table';

const table = openTable(requiredSetting('TABLE_NAME'));

/**
 * Lambda authorizer of the HTTP API (payload 2.0, simple response, cached by the Authorizer header).
 *
 * A refused token passes as well, marked as refused: the gateway's own refusal can't be given a problem document, so
 * the API functions answer it (see createAuthenticatedApi). Every function behind this authorizer must use that.
 */
export async function handler(
  event: APIGatewayRequestAuthorizerEventV2,
): Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>> {
  const token = bearerTokenOf(event.headers?.['authorization']);
  if (token === null) return refused('The Authorization header must be "Bearer" and a token.');
  const caller = await findCaller(table, hashToken(token));
  return caller ? { isAuthorized: true, context: caller } : refused('The token is unknown or has been revoked.');
}

const refused = (reason: string) => ({ isAuthorized: true, context: { refused: reason } });
