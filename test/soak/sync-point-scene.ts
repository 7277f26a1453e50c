/** One sync point from creation to end: by arrivals, by its deadline, by hand, or by several of these at once. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ArrivalAnswer, SyncPointView } from '../support/http-client';
import type { Agent } from './client';
import { excuseSome, fail, type Joined } from './roster-scene';
import { chance, draw, IMPATIENT, outcomeOf, PATIENT, pick, type Scene, someData, type Stage } from './scene';

const SIZES = [2, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20, 21, 35, 60];
const ENDINGS = [
  ...Array<'arrivals'>(5).fill('arrivals'),
  'deadline',
  'deadline',
  'moved',
  'cancel',
  'complete',
  'fail',
] as const;
const ARRIVING_AT_ONCE = 8;

interface Meeting extends Joined {
  readonly quorum: number | null;
  readonly endWhen: 'decided' | 'everyone';
  /** How many in a hundred fail instead of arriving. */
  readonly failing: number;
}

export const syncPointScene: Scene = async (stage) => {
  const ending = pick(stage, ENDINGS);
  const participants = draw(stage, stage.agents, pick(stage, SIZES));
  const creator = chance(stage, 50) ? pick(stage, participants) : pick(stage, stage.agents);
  const id = stage.freshId('sp');
  const meeting: Meeting = {
    id,
    path: `/v1/sync-points/${id}`,
    creator,
    participants,
    quorum: chance(stage, 30) ? 1 + Math.floor(stage.random() * participants.length) : null,
    endWhen: chance(stage, 25) ? 'everyone' : 'decided',
    failing: pick(stage, [0, 0, 0, 3, 20]),
  };
  const deadlineMs =
    ending === 'deadline' || ending === 'moved' || chance(stage, 30)
      ? Date.now() + 1_500 + Math.floor(stage.random() * (ending === 'deadline' ? 4_000 : 15_000))
      : null;
  if (!(await create(stage, meeting, deadlineMs))) return;

  const coming = participants.filter(() => ending === 'arrivals' || chance(stage, 60));
  await Promise.all([
    arriveAll(stage, meeting, coming),
    chance(stage, 30) ? watch(stage, meeting) : undefined,
    ending === 'moved' ? move(stage, meeting) : undefined,
    chance(stage, 15) ? excuseSome(stage, meeting, pick(stage, [1, 1, 2])) : undefined,
    ending === 'cancel' || ending === 'complete' || ending === 'fail' || chance(stage, 3)
      ? end(stage, meeting, ending === 'complete' || ending === 'fail' ? ending : 'cancel')
      : undefined,
  ]);
  if (deadlineMs !== null && ending === 'deadline') {
    // Half of them are left alone, so that only the schedule can end them.
    if (chance(stage, 50)) return;
    await delay(Math.max(0, deadlineMs - Date.now()));
  }
  // Some come late or once more.
  if (!stage.isOver()) await arriveAll(stage, meeting, draw(stage, participants, 2));
};

async function create(
  stage: Stage,
  { id, creator, participants, quorum, endWhen }: Meeting,
  deadlineMs: number | null,
): Promise<boolean> {
  const ids = participants.map((participant) => participant.id);
  const body = {
    id,
    name: `Meeting ${id}`,
    participants: ids,
    ...(deadlineMs !== null && { deadline: new Date(deadlineMs).toISOString() }),
    ...(quorum !== null && { quorum }),
    endWhen,
    ...(chance(stage, 30) && { metadata: { of: 'soak', size: ids.length } }),
  };
  const told = await stage.client.insist(
    { operation: 'create sync point', as: creator, method: 'POST', path: '/v1/sync-points', body },
    chance(stage, 95) ? PATIENT : 1,
    (answer) => {
      stage.ledger.add({
        kind: 'create sync point',
        id,
        by: creator.id,
        participants: ids,
        deadlineMs,
        ...(quorum !== null && { quorum }),
        endWhen,
        ...outcomeOf(answer),
      });
    },
  );
  return told.outcome === 'accepted';
}

async function arriveAll(stage: Stage, meeting: Meeting, who: readonly Agent[]): Promise<void> {
  const queue = draw(stage, who, who.length).values();
  const arriving = async (): Promise<void> => {
    for (const agent of queue) {
      if (stage.isOver()) return;
      await delay(stage.random() * 40);
      await (chance(stage, meeting.failing) ? fail : arrive)(stage, meeting, agent);
      if (chance(stage, 10)) await arrive(stage, meeting, agent);
    }
  };
  await Promise.all(Array.from({ length: ARRIVING_AT_ONCE }, arriving));
}

async function arrive(stage: Stage, { id, path }: Meeting, agent: Agent): Promise<void> {
  const data = someData(stage, agent.id);
  await stage.client.insist<ArrivalAnswer>(
    {
      operation: 'arrive',
      as: agent,
      method: 'POST',
      path: `${path}/arrivals${chance(stage, 10) ? '?wait=1' : ''}`,
      ...(data !== undefined && { body: { data } }),
    },
    chance(stage, 97) ? PATIENT : IMPATIENT,
    (told) => {
      const arrivedAt = told.body && { arrivedAt: told.body.arrivedAt };
      stage.ledger.add({ kind: 'arrive', id, by: agent.id, data, ...outcomeOf(told), ...arrivedAt });
    },
  );
}

async function move(stage: Stage, { id, path, creator }: Meeting): Promise<void> {
  for (let moves = 0; moves < 2 && !stage.isOver(); moves += 1) {
    await delay(stage.random() * 800);
    const deadlineMs = Date.now() + 1_000 + Math.floor(stage.random() * 6_000);
    await stage.client.insist(
      {
        operation: 'move deadline',
        as: creator,
        method: 'PATCH',
        path,
        body: { deadline: new Date(deadlineMs).toISOString() },
      },
      PATIENT,
      (told) => {
        stage.ledger.add({ kind: 'move deadline', id, by: creator.id, deadlineMs, ...outcomeOf(told) });
      },
    );
  }
}

async function end(stage: Stage, { id, path, creator }: Meeting, how: 'cancel' | 'complete' | 'fail'): Promise<void> {
  await delay(stage.random() * 600);
  const kind = `${how} sync point` as const;
  await stage.client.insist(
    { operation: kind, as: creator, method: 'POST', path: `${path}/${how}`, body: { reason: 'by lot' } },
    chance(stage, 95) ? PATIENT : 1,
    (told) => {
      stage.ledger.add({ kind, id, by: creator.id, ...outcomeOf(told) });
    },
  );
}

/** Waits for the end, which must not be told before it comes or before the time is up. */
async function watch(stage: Stage, { id, path, participants }: Meeting): Promise<void> {
  const began = Date.now();
  const waitSeconds = 1 + Math.floor(stage.random() * 4);
  const told = await stage.client.send<SyncPointView>({
    operation: 'wait for the end',
    as: pick(stage, participants),
    method: 'GET',
    path: `${path}?wait=${waitSeconds}`,
  });
  const tookMs = Date.now() - began;
  if (told.body?.status === 'waiting' && tookMs < waitSeconds * 1_000 - 50) {
    stage.object({ id, sentence: `a wait of ${waitSeconds} s was answered after ${tookMs} ms, and nothing had ended` });
  }
}
