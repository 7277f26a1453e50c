/**
 * Long polling on the laptop stack: how long after the answer to the last arrival those are answered who wait for the
 * end (`GET …?wait=20`). They have waited for 2 s by then, so that they look at their slowest pace, every 0.4 s.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { expectStatus, httpClient } from '../http';
import { STORE_KINDS, type StoreKind } from '../../laptop/store';
import { type LaptopStack, startLaptopStack } from '../laptop-stack';
import { percentile, type Spread, spreadOf } from '../statistics';

export interface LongPollResult {
  readonly store: StoreKind;
  readonly waiters: number;
  /** Median of the waiters. */
  readonly medianMs: Spread;
  readonly lastMs: Spread;
}

const WAITED_MS = 2_000;

export async function measureLongPolls(quick: boolean): Promise<LongPollResult[]> {
  const stacks: { store: StoreKind; stack: LaptopStack }[] = [];
  try {
    for (const store of STORE_KINDS) stacks.push({ store, stack: await startLaptopStack({ store }) });
    const results: LongPollResult[] = [];
    for (const waiters of quick ? [1, 10] : [1, 10, 100]) {
      const runs = new Map<StoreKind, number[][]>(STORE_KINDS.map((store) => [store, []]));
      for (let time = 0; time < (quick ? 1 : 7); time++) {
        // The stores take turns, so that whatever else the machine does meets both.
        for (const { store, stack } of stacks) runs.get(store)?.push(await run(stack, waiters));
      }
      for (const [store, delays] of runs) {
        results.push({
          store,
          waiters,
          medianMs: spreadOf(
            delays.map((ofRun) => percentile(ofRun, 0.5)),
            0,
          ),
          lastMs: spreadOf(
            delays.map((ofRun) => Math.max(...ofRun)),
            0,
          ),
        });
      }
    }
    return results;
  } finally {
    for (const { stack } of stacks) await stack.stop();
  }
}

/** Milliseconds from the answer of the last arrival to that of each waiter. */
async function run(stack: LaptopStack, waiters: number): Promise<number[]> {
  const client = httpClient(stack.url, waiters + 2);
  try {
    const [first, last] = await stack.newParticipants(2);
    if (!first || !last) throw new Error('unreachable: two were asked for');
    const input = { name: 'wait', participants: [first.id, last.id] };
    const created = expectStatus(await client.send('POST', '/v1/sync-points', stack.adminToken, input), 201);
    const path = `/v1/sync-points/${(JSON.parse(created.text) as { id: string }).id}`;
    expectStatus(await client.send('POST', `${path}/arrivals`, first.token), 201);
    const answeredAt = Promise.all(
      Array.from({ length: waiters }, async () => {
        const answer = expectStatus(await client.send('GET', `${path}?wait=20`, first.token), 200);
        const { status } = JSON.parse(answer.text) as { status: string };
        if (status !== 'completed') throw new Error(`A waiter was answered '${status}', not 'completed'.`);
        return performance.now();
      }),
    );
    await Promise.race([delay(WAITED_MS), answeredAt]);
    expectStatus(await client.send('POST', `${path}/arrivals`, last.token), 201);
    const arrivedAt = performance.now();
    return (await answeredAt).map((at) => at - arrivedAt);
  } finally {
    client.close();
  }
}
