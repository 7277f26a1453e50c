/** One progress tracker: reports of its participants and its creator at the same time, up to its end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ReportAnswer } from '../support/http-client';
import type { Agent } from './client';
import { excuseSome, fail, type Joined } from './roster-scene';
import { chance, draw, IMPATIENT, outcomeOf, PATIENT, pick, type Scene, someData, type Stage } from './scene';

const SIZES = [0, 1, 2, 3, 5, 8, 17, 25];

/** Who reports to no avail from then on. */
const OUT: readonly string[] = ['not-active', 'finished', 'failed-otherwise', 'excused'].map(
  (code) => `progress-tracker.${code}`,
);

interface Work extends Joined {
  readonly totalSteps: number;
  readonly monotonic: boolean;
  /** How many in a hundred participants fail on the way. */
  readonly failing: number;
}

export const trackerScene: Scene = async (stage) => {
  const participants = draw(stage, stage.agents, pick(stage, SIZES));
  const creator = participants.length > 0 && chance(stage, 40) ? pick(stage, participants) : pick(stage, stage.agents);
  const id = stage.freshId('pt');
  const completeWhen = participants.length > 0 && chance(stage, 50) ? 'everyone' : 'creator';
  const work: Work = {
    id,
    path: `/v1/progress-trackers/${id}`,
    creator,
    participants,
    totalSteps: 1 + Math.floor(stage.random() * 4),
    monotonic: chance(stage, 30),
    failing: pick(stage, [0, 0, 10]),
  };
  const ids = participants.map((participant) => participant.id);
  const { totalSteps, monotonic } = work;
  const told = await stage.client.insist(
    {
      operation: 'create tracker',
      as: creator,
      method: 'POST',
      path: '/v1/progress-trackers',
      body: { id, name: `Work ${id}`, participants: ids, totalSteps, completeWhen, monotonic },
    },
    PATIENT,
    (answer) => {
      stage.ledger.add({
        kind: 'create tracker',
        id,
        by: creator.id,
        participants: ids,
        totalSteps,
        completeWhen,
        ...outcomeOf(answer),
      });
    },
  );
  if (told.outcome !== 'accepted') return;
  await Promise.all([
    ...[...new Set([creator, ...participants])].map((agent) => workOff(stage, work, agent)),
    chance(stage, 15) ? cancel(stage, work) : undefined,
    chance(stage, 15) && participants.length > 0 ? excuseSome(stage, work, pick(stage, [1, 1, 2])) : undefined,
  ]);
};

/** Step after step, sometimes back, to the total or nearly. */
async function workOff(stage: Stage, work: Work, agent: Agent): Promise<void> {
  const last = chance(stage, 90) ? work.totalSteps : work.totalSteps - 1;
  const failsAt =
    work.participants.includes(agent) && chance(stage, work.failing)
      ? 1 + Math.floor(stage.random() * work.totalSteps)
      : null;
  for (let step = 1; step <= last && !stage.isOver(); step += 1) {
    await delay(stage.random() * 150);
    if (step === failsAt) return fail(stage, work, agent);
    if (!(await report(stage, work, agent, step))) return;
    if (step > 1 && chance(stage, 10) && (await report(stage, work, agent, step - 1))) step -= 1;
  }
}

/** Answers whether there is any point in going on. */
async function report(stage: Stage, { id, path }: Work, agent: Agent, step: number): Promise<boolean> {
  const data = someData(stage, agent.id);
  const told = await stage.client.insist<ReportAnswer>(
    {
      operation: 'report',
      as: agent,
      method: 'POST',
      path: `${path}/progress`,
      body: { step, ...(data !== undefined && { data }), ...(chance(stage, 10) && { ifStep: step - 1 }) },
    },
    chance(stage, 97) ? PATIENT : IMPATIENT,
    (answer) => {
      const answered = answer.body && { reportedAt: answer.body.reportedAt, repeated: answer.body.repeated };
      stage.ledger.add({ kind: 'report', id, by: agent.id, step, data, ...outcomeOf(answer), ...answered });
    },
  );
  return told.body?.status === 'active' || (told.outcome === 'refused' && !OUT.includes(told.code ?? ''));
}

async function cancel(stage: Stage, { id, path, creator }: Work): Promise<void> {
  await delay(stage.random() * 600);
  await stage.client.insist(
    { operation: 'cancel tracker', as: creator, method: 'POST', path: `${path}/cancel`, body: { reason: 'by lot' } },
    PATIENT,
    (told) => {
      stage.ledger.add({ kind: 'cancel tracker', id, by: creator.id, ...outcomeOf(told) });
    },
  );
}
