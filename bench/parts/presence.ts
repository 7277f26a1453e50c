/**
 * Many agents that check in: what that takes of the table, the dispatcher, Scheduler and the processor. In process, on
 * a clock that is turned, so that five minutes pass in less.
 */
import { checkIn } from '../../lib/agents/check-in';
import { mapConcurrently } from '../../lib/common/concurrency';
import { checkPresence } from '../../lib/dispatcher/presence-checks';
import type { PresencePayload } from '../../lib/schedules/payloads';
import type { ScheduleSetter } from '../../lib/schedules/schedules';
import { isDispatched } from '../../lib/table/keys';
import { startStore } from '../../laptop/store';
import { createMeteredTable } from '../../test/support/metered-table';
import { streamReader } from '../../test/support/stream-changes';
import { newIds } from '../ids';
import { round } from '../statistics';

export interface PresenceResult {
  readonly agents: number;
  readonly everySeconds: number;
  readonly ttlSeconds: number;
  readonly minutes: number;
  /** After the first of each agent, which starts its streak. */
  readonly checkIns: number;
  readonly writeUnitsEach: number;
  readonly requestsEach: number;
  /** Changes that reach the dispatcher. */
  readonly dispatched: number;
  /** By schedules that fired and set themselves again. */
  readonly schedulesSet: number;
  readonly cpuMsEach: number;
}

const IN_FLIGHT = 32;
const EVERY_SECONDS = 10;
const TTL_SECONDS = 30;

export async function measurePresence(quick: boolean): Promise<PresenceResult[]> {
  const store = await startStore({ kind: 'dynoxide' });
  try {
    const table = await createMeteredTable(store.endpoint);
    const readChanges = await streamReader(table);
    const agentIds = newIds(quick ? 100 : 1_000);
    const minutes = quick ? 1 : 5;
    let nowMs = Date.parse('2026-03-01T12:00:00.000Z');
    const now = () => nowMs;
    /** By what a later one is: set twice, it fires once. */
    const due = new Map<string, { payload: PresencePayload; atMs: number }>();
    let set = 0;
    const schedules: ScheduleSetter = {
      set: (payload, atMs) => {
        if (payload.kind !== 'PRESENCE') throw new Error(`A schedule of the kind ${payload.kind} was set.`);
        set++;
        due.set(`${payload.agentId} ${atMs}`, { payload, atMs });
        return Promise.resolve();
      },
    };
    const checkAllIn = () => mapConcurrently(agentIds, IN_FLIGHT, (id) => checkIn({ table, now }, id, TTL_SECONDS));
    for (const { agentId, sinceMs, untilMs } of await checkAllIn()) {
      await schedules.set({ kind: 'PRESENCE', agentId, sinceMs }, untilMs);
    }
    await readChanges();
    set = 0;
    table.meter.reset();

    let cpuMicros = 0;
    let checkIns = 0;
    let writeUnits = 0;
    let requests = 0;
    for (let second = EVERY_SECONDS; second <= minutes * 60; second += EVERY_SECONDS) {
      nowMs += EVERY_SECONDS * 1_000;
      const before = process.cpuUsage();
      table.meter.reset();
      await checkAllIn();
      const { user, system } = process.cpuUsage(before);
      cpuMicros += user + system;
      checkIns += agentIds.length;
      writeUnits += table.meter.writeUnits;
      requests += [...table.meter.requests.values()].reduce((sum, one) => sum + one, 0);
      for (const [key, { payload }] of [...due].filter(([, one]) => one.atMs <= nowMs)) {
        due.delete(key);
        await checkPresence({ table, now, schedules }, payload);
      }
    }
    const dispatched = (await readChanges()).filter(isDispatched).length;
    return [
      {
        ...{ agents: agentIds.length, everySeconds: EVERY_SECONDS, ttlSeconds: TTL_SECONDS, minutes, checkIns },
        writeUnitsEach: round(writeUnits / checkIns, 3),
        requestsEach: round(requests / checkIns, 3),
        dispatched,
        schedulesSet: set,
        cpuMsEach: round(cpuMicros / 1_000 / checkIns, 2),
      },
    ];
  } finally {
    await store.stop();
  }
}
