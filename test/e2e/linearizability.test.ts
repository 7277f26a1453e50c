import { expect, test } from '@jest/globals';
import {
  agents,
  type Answer,
  type ArrivalAnswer,
  type HttpClient,
  manyAgents,
  type ReportAnswer,
  secondsAhead,
  type SyncPointView,
  type TrackerView,
} from '../support/http-client';
import { checkLinearizable, type Operation } from '../support/linearizability';
import { randomFrom } from '../support/request-control';
import { type SyncPointAct, syncPointModel, type SyncPointTold } from '../support/sync-point-model';
import { type TrackerAct, trackerModel, type TrackerTold } from '../support/tracker-model';

/** PROPERTY_SEED draws other histories; which of the concurrent requests comes first stays a matter of chance. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const ROUNDS = 6;
/** Over several pages; only those who race are drawn, the others have arrived. */
const PARTICIPANTS = 24;
const RACERS = 5;
const ACTS = 4;

interface Sent<Body> {
  readonly answer: Answer<Body>;
  readonly began: number;
  readonly ended: number;
  /** By the wall clock, which the server has too. */
  readonly fromMs: number;
  readonly toMs: number;
}

async function timed<Body>(send: () => Promise<Answer<Body>>): Promise<Sent<Body>> {
  const [began, fromMs] = [performance.now(), Date.now()];
  const answer = await send();
  return { answer, began, ended: performance.now(), fromMs, toMs: Date.now() };
}

const codeOf = ({ status, body }: Answer<unknown>): string =>
  status < 300 ? 'ok' : String((body as { code?: unknown }).code);

test('what many are told of a sync point at once could have happened one after the other', async () => {
  const [creator] = await agents(['creator']);
  const participants = await manyAgents(PARTICIPANTS, 'participant');
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const random = randomFrom(SEED * 1_000 + round);
    const deadline = secondsAhead(round % 2 === 0 ? 600 : 1.2);
    const body = { name: 'm', participants: participants.map(({ id }) => id), deadline };
    const created = await creator.post<SyncPointView>('/v1/sync-points', body);
    expect(created.status).toBe(201);
    const path = `/v1/sync-points/${created.body.id}`;
    const history: Operation<SyncPointAct, SyncPointTold>[] = [];

    const arrive = async (client: HttpClient): Promise<void> => {
      const sent = await timed(() => client.post<ArrivalAnswer>(`${path}/arrivals`));
      const { answer, fromMs, toMs, began, ended } = sent;
      const { repeated, arrivedAt, status } = answer.body;
      const ok = answer.status < 300;
      const told = { code: codeOf(answer), ...(ok && { repeated, arrivedAt }) };
      const arrival = { act: { kind: 'arrive', who: client.id, fromMs, toMs } as const, told, began, ended };
      history.push(arrival);
      if (ok)
        history.push({ ...arrival, act: { kind: 'look', fromMs, toMs }, told: { code: 'ok', status }, after: arrival });
    };
    const look = async (): Promise<void> => {
      const { answer, ...time } = await timed(() => creator.get<SyncPointView>(path));
      const act: SyncPointAct = { kind: 'look', fromMs: time.fromMs, toMs: time.toMs };
      history.push({ act, told: { code: codeOf(answer), status: answer.body.status }, ...time });
    };
    const end = async (how: 'cancel' | 'complete'): Promise<void> => {
      const { answer, ...time } = await timed(() => creator.post(`${path}/${how}`));
      const as = how === 'cancel' ? 'cancelled' : 'completed';
      const act: SyncPointAct = { kind: 'end', as, fromMs: time.fromMs, toMs: time.toMs };
      history.push({ act, told: { code: codeOf(answer) }, ...time });
    };
    const move = async (): Promise<void> => {
      const to = secondsAhead(300 + 300 * random());
      const { answer, ...time } = await timed(() => creator.patch(path, { deadline: to }));
      const act: SyncPointAct = { kind: 'move', deadlineMs: Date.parse(to), fromMs: time.fromMs, toMs: time.toMs };
      history.push({ act, told: { code: codeOf(answer) }, ...time });
    };
    const late = participants.slice(0, RACERS);
    await Promise.all(participants.slice(RACERS).map(arrive));
    await Promise.all(
      late.map(async (client) => {
        for (let act = 0; act < ACTS; act++) {
          const draw = random();
          if (draw < 0.45) await arrive(client);
          else if (draw < 0.85) await look();
          else if (draw < 0.92) await move();
          else await end(draw < 0.97 ? 'cancel' : 'complete');
        }
      }),
    );
    await look();
    const verdict = checkLinearizable(syncPointModel(body.participants, Date.parse(deadline)), history);
    expect([round, verdict]).toEqual([round, { linearizable: true }]);
    for (const { told } of history) seen.add(told?.code ?? '');
  }
  expect(seen.size).toBeGreaterThan(1);
});

test('what many are told of a tracker at once could have happened one after the other', async () => {
  const [creator] = await agents(['creator']);
  const participants = await manyAgents(PARTICIPANTS, 'participant');
  for (let round = 0; round < ROUNDS; round++) {
    const random = randomFrom(SEED * 1_000 + round);
    const completeWhen = round % 2 === 0 ? 'creator' : 'everyone';
    const rules = { completeWhen, totalSteps: 2, monotonic: round % 3 === 0 } as const;
    const ids = participants.map(({ id }) => id);
    const created = await creator.post<TrackerView>('/v1/progress-trackers', {
      name: 'm',
      participants: ids,
      ...rules,
    });
    expect(created.status).toBe(201);
    const path = `/v1/progress-trackers/${created.body.id}`;
    const history: Operation<TrackerAct, TrackerTold>[] = [];

    const report = async (client: HttpClient, step: number, ifStep?: number): Promise<void> => {
      const send = () =>
        client.post<ReportAnswer>(`${path}/progress`, { step, ...(ifStep !== undefined && { ifStep }) });
      const { answer, began, ended } = await timed(send);
      const act: TrackerAct = { kind: 'report', who: client.id, step, ifStep };
      const operation = { act, told: { code: codeOf(answer) }, began, ended };
      history.push(operation);
      // The overall step in the answer may be a moment old (half a read unit), and `active` with it; an ending is one.
      const { status } = answer.body;
      if (answer.status < 300 && status !== 'active') {
        history.push({ ...operation, act: { kind: 'look' }, told: { code: 'ok', status }, after: operation });
      }
    };
    const look = async (): Promise<void> => {
      const { answer, began, ended } = await timed(() => creator.get<TrackerView>(path));
      const { status, currentStep } = answer.body;
      history.push({ act: { kind: 'look' }, told: { code: codeOf(answer), status, currentStep }, began, ended });
    };
    const cancel = async (): Promise<void> => {
      const { answer, began, ended } = await timed(() => creator.post(`${path}/cancel`));
      history.push({ act: { kind: 'cancel' }, told: { code: codeOf(answer) }, began, ended });
    };
    const late = participants.slice(0, RACERS);
    await Promise.all(participants.slice(RACERS).map((client) => report(client, 2)));
    await Promise.all(
      late.map(async (client) => {
        for (let act = 0; act < ACTS; act++) {
          const draw = random();
          if (draw < 0.65) await report(client, draw < 0.15 ? 1 : 2, draw < 0.05 ? 1 : undefined);
          else if (draw < 0.85) await look();
          else if (draw < 0.97) await report(creator, draw < 0.9 ? 2 : 1);
          else await cancel();
        }
      }),
    );
    await look();
    const verdict = checkLinearizable(trackerModel({ ...rules, creator: creator.id, participants: ids }), history);
    expect([round, verdict]).toEqual([round, { linearizable: true }]);
  }
});
