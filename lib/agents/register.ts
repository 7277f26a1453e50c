import { v7 as uuidv7 } from 'uuid';
import { invalid, MusterError } from '../common/errors';
import { requestHash } from '../common/hash';
import { type Caller, requireAdmin } from '../http/caller';
import { idOfKey, keyReused } from '../http/idempotency';
import type { Service } from '../table/service';
import { type Agent, isReservedAgentId } from './agent';
import type { RegisterAgent } from './routes';
import { agentBusy, ATTEMPTS, deactivated } from './manage';
import { findAgent, insertAgent } from './store';
import { hashToken, newToken, type Repeatable, repeatableToken } from './token';

/**
 * Registers an agent and creates its first token. 6 write units.
 *
 * With an `id` or an idempotency key, the token is derived from the token of the admin. So a repeat after a lost
 * response returns the same token, although only its hash is stored.
 *
 * @throws MusterError `auth.forbidden`, `agent.exists`, `agent.deactivated`, `request.idempotency-key-reused`,
 *   `request.invalid`.
 */
export async function registerAgent(
  { table, now }: Service,
  caller: Caller,
  input: RegisterAgent,
  { key, callersToken }: Repeatable,
): Promise<{ agent: Agent; token: string }> {
  requireAdmin(caller);
  if (input.id !== undefined && isReservedAgentId(input.id)) {
    throw invalid('#/id', `"${input.id}" is reserved, like "system" and all ids that start with "muster:"`);
  }
  const nowMs = now();
  const hash = requestHash(input);
  const fromKey = key === undefined ? undefined : idOfKey('agent', caller, key);
  const id = input.id ?? fromKey ?? uuidv7({ msecs: nowMs });
  const repeatable = input.id !== undefined || key !== undefined;
  const token = repeatable ? repeatableToken(callersToken, 'register', id, key ?? '', hash) : newToken();
  const agent: Agent = {
    id,
    name: input.name,
    metadata: input.metadata ?? null,
    active: true,
    createdAtMs: nowMs,
    createdBy: caller.agentId,
    deactivatedAtMs: null,
    deactivatedBy: null,
    reactivatedAtMs: null,
    reactivatedBy: null,
    tokens: new Map([[uuidv7({ msecs: nowMs }), { hash: hashToken(token), createdAtMs: nowMs }]]),
    version: 1,
    requestHash: requestHash({ ...input, key }),
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await insertAgent(table, agent)) return { agent, token };
    const first = await findAgent(table, id);
    if (!first) continue;
    const isSame = first.requestHash === agent.requestHash;
    // Also for a repeat: its token is revoked, and returning it would look like success.
    if (!first.active && (input.id !== undefined || isSame)) throw deactivated(first);
    // Later tokens are in the same map, and a stored map has no order.
    const firstToken = [...first.tokens].find(([, made]) => made.hash === hashToken(token));
    if (isSame && firstToken) {
      return { agent: { ...first, tokens: new Map([firstToken]) }, token };
    }
    if (input.id === undefined) throw keyReused();
    throw new MusterError('agent.exists', `Another agent already has the id "${id}".`);
  }
  throw agentBusy(id);
}
