/**
 * A process that does nothing but arrive in one way, so that its CPU time is that way's alone. Told by its parent what
 * to do (see arrival-workers.ts).
 */
import { mapConcurrently } from '../lib/common/concurrency';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { pathToFileURL } from 'node:url';
import type { ApiHandler } from '../lib/http/app';
import { outcomeParams, UNREPORTED } from '../lib/rosters/page-writes';
import { pageKey } from '../lib/table/keys';
import { openTable } from '../lib/table/table';
import { callHandler } from '../test/support/gateway-event';
import type { Arrival, Batch, BatchResult, WorkerTask } from './arrival-workers';
import { expectStatus, httpClient } from './http';
import { asCaller } from './ids';

type Arrive = (arrival: Arrival) => Promise<void>;

/** The very request that the handler ends up sending, through the client that it uses: the limit. */
function bareUpdate(tableName: string): Arrive {
  const { client, name } = openTable(tableName);
  return async ({ syncPointId, agentId, pageIndex }) => {
    const nowMs = Date.now();
    const key = pageKey('SP', syncPointId, pageIndex);
    const arrival = {
      agentId,
      outcome: 'arrived',
      atMs: nowMs,
      detailed: false,
      known: UNREPORTED,
      overall: false,
    } as const;
    const params = outcomeParams(arrival, nowMs);
    await client.send(new UpdateCommand({ ...params, TableName: name, Key: key }));
  };
}

/** The bundle that is deployed, with an event as the gateway makes it. */
async function handlerOf(bundlePath: string): Promise<Arrive> {
  const { handler } = (await import(pathToFileURL(bundlePath).href)) as { handler: ApiHandler };
  return async ({ syncPointId, agentId }) => {
    const answer = await callHandler(handler, {
      method: 'POST',
      path: `/v1/sync-points/${syncPointId}/arrivals`,
      authorizer: asCaller(agentId),
    });
    expectStatus(answer, 201);
  };
}

function overHttp(url: string, inFlight: number): Arrive {
  const { send } = httpClient(url, inFlight);
  return async ({ syncPointId, token }) => {
    expectStatus(await send('POST', `/v1/sync-points/${syncPointId}/arrivals`, token ?? ''), 201);
  };
}

async function prepare(task: WorkerTask): Promise<Arrive> {
  switch (task.way) {
    case 'sdk':
      return bareUpdate(task.tableName);
    case 'handler':
      return handlerOf(task.bundlePath);
    case 'http':
      return overHttp(task.url, 64);
  }
}

async function run(arrive: Arrive, { arrivals, inFlight }: Batch): Promise<BatchResult> {
  const latenciesMs: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await mapConcurrently(arrivals, inFlight, async (arrival) => {
    const sentAt = performance.now();
    await arrive(arrival);
    latenciesMs.push(performance.now() - sentAt);
  });
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { elapsedMs, cpuMs: (user + system) / 1_000, latenciesMs };
}

let arrive: Arrive | undefined;

process.on('message', (message: { task: WorkerTask } | { batch: Batch }) => {
  void (async () => {
    try {
      if ('task' in message) {
        arrive = await prepare(message.task);
        process.send?.({ ready: true });
      } else {
        if (!arrive) throw new Error('A batch came before the task.');
        process.send?.({ result: await run(arrive, message.batch) });
      }
    } catch (error) {
      process.send?.({ error: String((error as Error).stack) });
    }
  })();
});
