import type { AuthorizerContext } from '../http/app';
import { bearerTokenOf } from '../http/bearer-token';
import type { Table } from '../table/table';
import { findCaller } from './store';
import { hashToken } from './token';

/** The caller that an Authorization header stands for, or why it stands for none. Strong read, 1 read unit. */
export async function authorize(table: Table, authorization: string | undefined): Promise<AuthorizerContext> {
  const token = bearerTokenOf(authorization);
  if (token === null) return { refused: 'The Authorization header is malformed; send "Bearer", a space and a token.' };
  return (await findCaller(table, hashToken(token))) ?? { refused: 'The token is unknown or has been revoked.' };
}
