import { v7 as uuidv7 } from 'uuid';
import { isoTime } from '../common/clock';
import { MusterError } from '../common/errors';
import { MAX_TOKENS_PER_AGENT } from '../common/limits';
import { type Caller, requireAdmin } from '../http/caller';
import type { Service } from '../table/service';
import type { CreatedToken } from './routes';
import type { Agent } from './agent';
import { changeAgent, readAgent, requireActive } from './manage';
import { isRevoked } from './store';
import { hashToken, newToken, type Repeatable, repeatableToken } from './token';

/** @throws MusterError `agent.not-found`, `agent.deactivated`, `agent.too-many-tokens`, `token.revoked`. */
export async function createToken(
  service: Service,
  caller: Caller,
  agentId: string,
  repeat: Repeatable,
): Promise<CreatedToken> {
  const nowMs = service.now();
  const { token, hash } = await tokenFor(service, 'token', agentId, repeat);
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

/** With an idempotency key, the one that a repeat returns. @throws MusterError `token.revoked`. */
async function tokenFor(
  { table }: Service,
  purpose: 'token' | 'reactivate',
  agentId: string,
  { key, callersToken }: Repeatable,
): Promise<{ token: string; hash: string }> {
  const token = key === undefined ? newToken() : repeatableToken(callersToken, purpose, agentId, key);
  const hash = hashToken(token);
  if (key !== undefined && (await isRevoked(table, hash))) {
    throw new MusterError(
      'token.revoked',
      'The token created with this idempotency key has been revoked; use another key.',
    );
  }
  return { token, hash };
}

/**
 * Brings a deactivated agent back, with the same id, inbox and rosters, and one new token. 4 write units.
 *
 * @throws MusterError `auth.forbidden`, `agent.not-found`, `token.revoked`, and `agent.active` unless this key did it.
 */
export async function reactivateAgent(
  service: Service,
  caller: Caller,
  agentId: string,
  repeat: Repeatable,
): Promise<{ agent: Agent; token: string }> {
  if (agentId === caller.agentId) requireAdmin(caller);
  // Who may not know of it learns nothing.
  await readAgent(service, caller, agentId);
  const nowMs = service.now();
  const { token, hash } = await tokenFor(service, 'reactivate', agentId, repeat);
  const { after } = await changeAgent(service, caller, agentId, (agent) => {
    if (agent.active) {
      if ([...agent.tokens.values()].some((existing) => existing.hash === hash)) return agent;
      throw new MusterError(
        'agent.active',
        `Agent "${agentId}" is active; POST /v1/agents/${agentId}/tokens creates another token.`,
      );
    }
    // By a clock behind the one of the deactivation, it would come before it.
    const reactivatedAtMs = Math.max(nowMs, (agent.deactivatedAtMs ?? 0) + 1);
    return {
      ...agent,
      active: true,
      deactivatedAtMs: null,
      deactivatedBy: null,
      reactivatedAtMs,
      reactivatedBy: caller.agentId,
      tokens: new Map([[uuidv7({ msecs: nowMs }), { hash, createdAtMs: nowMs }]]),
    };
  });
  return { agent: after, token };
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
