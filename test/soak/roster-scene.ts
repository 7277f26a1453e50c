/** What may become of a participant of a sync point or a tracker, besides arriving. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from './client';
import { chance, draw, IMPATIENT, outcomeOf, PATIENT, someData, type Stage } from './scene';

/** Of a sync point or a tracker. */
export interface Joined {
  readonly id: string;
  readonly path: string;
  readonly creator: Agent;
  readonly participants: readonly Agent[];
}

export async function fail(stage: Stage, { id, path }: Joined, agent: Agent): Promise<void> {
  const data = someData(stage, agent.id);
  const reason = `by lot, ${agent.id}`;
  await stage.client.insist<{ failedAt: string }>(
    {
      operation: 'fail',
      as: agent,
      method: 'POST',
      path: `${path}/failures`,
      body: { reason, ...(data !== undefined && { data }) },
    },
    chance(stage, 97) ? PATIENT : IMPATIENT,
    (told) => {
      const failedAt = told.body && { failedAt: told.body.failedAt };
      stage.ledger.add({ kind: 'fail', id, by: agent.id, reason, data, ...outcomeOf(told), ...failedAt });
    },
  );
}

/** The creator excuses so many, who may be about to arrive. */
export async function excuseSome(
  stage: Stage,
  { id, path, creator, participants }: Joined,
  count: number,
): Promise<void> {
  for (const { id: agentId } of draw(stage, participants, count)) {
    await delay(stage.random() * 400);
    if (stage.isOver()) return;
    await stage.client.insist<{ excusedAt: string }>(
      {
        operation: 'excuse',
        as: creator,
        method: 'POST',
        path: `${path}/excuses`,
        body: { agentId, reason: 'by lot' },
      },
      PATIENT,
      (told) => {
        const excusedAt = told.body && { excusedAt: told.body.excusedAt };
        stage.ledger.add({ kind: 'excuse', id, by: creator.id, agentId, ...outcomeOf(told), ...excusedAt });
      },
    );
  }
}
