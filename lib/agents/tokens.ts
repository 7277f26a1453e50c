import { v7 as uuidv7 } from 'uuid';
import { isoTime } from '../common/clock';
import { MusterError } from '../common/errors';
import { MAX_TOKENS_PER_AGENT } from '../common/limits';
import type { Caller } from '../http/caller';
import type { Service } from '../table/service';
import type { CreatedToken } from './routes';
import { changeAgent, requireActive } from './manage';
import { isRevoked } from './store';
import { hashToken, newToken, type Repeatable, repeatableToken } from './token';

/** @throws MusterError `agent.not-found`, `agent.deactivated`, `agent.too-many-tokens`, `token.revoked`. */
export async function createToken(
  service: Service,
  caller: Caller,
  agentId: string,
  { key, callersToken }: Repeatable,
): Promise<CreatedToken> {
  const nowMs = service.now();
  const token = key === undefined ? newToken() : repeatableToken(callersToken, 'token', agentId, key);
  const hash = hashToken(token);
  if (key !== undefined && (await isRevoked(service.table, hash))) {
    throw new MusterError(
      'token.revoked',
      'The token created with this idempotency key has been revoked; use another key.',
    );
  }
  const { after } = await changeAgent(service, caller, agentId, (agent) => {
    requireActive(agent);
    if ([...agent.tokens.values()].some((existing) => existing.hash === hash)) return agent;
    if (agent.tokens.size >= MAX_TOKENS_PER_AGENT) {
      throw new MusterError(
        'agent.too-many-tokens',
        `Agent "${agentId}" already has ${agent.tokens.size} tokens; revoke one first.`,
      );
    }
    return { ...agent, tokens: new Map([...agent.tokens, [uuidv7({ msecs: nowMs }), { hash, createdAtMs: nowMs }]]) };
  });
  const made = [...after.tokens].find(([, existing]) => existing.hash === hash);
  if (!made) throw new Error('unreachable: the token was added above');
  return { tokenId: made[0], agentId, createdAt: isoTime(made[1].createdAtMs), token };
}

/** @throws MusterError `agent.not-found`, `token.not-found`. */
export async function revokeToken(service: Service, caller: Caller, agentId: string, tokenId: string): Promise<void> {
  await changeAgent(service, caller, agentId, (agent) => {
    if (!agent.tokens.has(tokenId)) {
      throw new MusterError('token.not-found', `Agent "${agentId}" has no token "${tokenId}".`);
    }
    return { ...agent, tokens: new Map([...agent.tokens].filter(([id]) => id !== tokenId)) };
  });
}
