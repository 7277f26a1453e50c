/** An agent that comes, works, changes its token and goes; some check in, and some of those fall silent. */
import type { Agent, Told } from './client';
import { chance, outcomeOf, PATIENT, type Scene, type Stage } from './scene';

export const agentScene: Scene = async (stage) => {
  const id = stage.freshId('guest');
  const guest = await register(stage, id);
  if (guest === undefined) return;
  const renewed = chance(stage, 60) ? await renew(stage, guest) : guest;
  await stage.client.insist({ operation: 'who am I', as: renewed, method: 'GET', path: '/v1/me' }, PATIENT);
  if (chance(stage, 60)) await checkIn(stage, renewed);
  if (chance(stage, 70)) await deactivate(stage, renewed);
};

export async function register(
  stage: Pick<Stage, 'client' | 'ledger' | 'admin'>,
  id: string,
): Promise<Agent | undefined> {
  const told = await stage.client.insist<{ readonly token: string }>(
    {
      operation: 'register agent',
      as: stage.admin,
      method: 'POST',
      path: '/v1/agents',
      body: { id, name: `Agent ${id}` },
    },
    PATIENT,
    (answer) => {
      stage.ledger.add({ kind: 'register agent', id, by: stage.admin.id, ...outcomeOf(answer) });
    },
  );
  return told.body && { id, token: told.body.token };
}

/** A further token, with which the first is revoked. */
async function renew(stage: Stage, agent: Agent): Promise<Agent> {
  const path = `/v1/agents/${agent.id}/tokens`;
  const { body: me } = await stage.client.insist<{ readonly tokenId: string }>(
    { operation: 'who am I', as: agent, method: 'GET', path: '/v1/me' },
    PATIENT,
  );
  const idempotencyKey = stage.freshId('renewal');
  const { body: made } = await stage.client.insist<{ readonly token: string }>(
    { operation: 'make token', as: agent, method: 'POST', path, idempotencyKey },
    PATIENT,
  );
  if (me === undefined || made === undefined) return agent;
  const renewed: Agent = { id: agent.id, token: made.token };
  await stage.client.insist(
    { operation: 'revoke token', as: renewed, method: 'DELETE', path: `${path}/${me.tokenId}` },
    PATIENT,
    (told) => {
      stage.ledger.add({ kind: 'revoke token', id: agent.id, by: agent.id, token: agent.token, ...outcomeOf(told) });
    },
  );
  return renewed;
}

/** The shortest promise that there is, so that it lapses before all is looked at. */
const TTL_SECONDS = 10;

async function checkIn(stage: Stage, agent: Agent): Promise<void> {
  const presence = { as: agent, path: '/v1/me/presence' };
  const note = (kind: 'check in' | 'check out') => (told: Told<{ readonly expiresAt: string | null }>) => {
    const expiresAt = told.body && { expiresAt: told.body.expiresAt };
    stage.ledger.add({ kind, id: agent.id, by: agent.id, ...outcomeOf(told), ...expiresAt });
  };
  const body = { ttlSeconds: TTL_SECONDS };
  for (let time = 0; time < 3; time++) {
    await stage.client.insist({ operation: 'check in', method: 'PUT', body, ...presence }, PATIENT, note('check in'));
  }
  if (chance(stage, 40)) {
    await stage.client.insist({ operation: 'check out', method: 'DELETE', ...presence }, PATIENT, note('check out'));
  }
}

async function deactivate(stage: Stage, { id, token }: Agent): Promise<void> {
  await stage.client.insist(
    { operation: 'deactivate agent', as: stage.admin, method: 'DELETE', path: `/v1/agents/${id}` },
    PATIENT,
    (told) => {
      stage.ledger.add({ kind: 'deactivate agent', id, by: stage.admin.id, ...outcomeOf(told) });
      stage.ledger.add({ kind: 'revoke token', id, by: stage.admin.id, token, ...outcomeOf(told) });
    },
  );
}
