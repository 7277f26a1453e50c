/**
 * The same barrier with servers that somebody might run instead, each with its usual recipe, on this machine and in one
 * run: N participants arrive at once, each waits until all are there, and the time counts until the last of them knows.
 * Every participant has a connection of its own, which is there before the time counts.
 *
 * All of them have acknowledged writes only when they are on the disk, but for the stores of Muster, which leave that
 * to SQLite.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expectStatus, httpClient } from '../http';
import { STORE_KINDS, type StoreKind } from '../../laptop/store';
import { type LaptopStack, startLaptopStack } from '../laptop-stack';
import { etcd } from '../servers/etcd';
import { NotInstalled, type BarrierServer } from '../servers/barrier-server';
import { redis } from '../servers/redis';
import { zooKeeper } from '../servers/zookeeper';
import { median, round, type Spread, spreadOf } from '../statistics';

interface ServerResult {
  readonly server: string;
  readonly participants: number;
  readonly barrierMs: Spread;
  /** Median of the time by that of Muster's, round by round. */
  readonly ratioToMuster: number;
}

export interface ServersResult {
  readonly measured: ServerResult[];
  readonly setUp: readonly { readonly server: string; readonly version: string; readonly recipe: string }[];
  /** Why some were left out. */
  readonly skipped: readonly string[];
}

const STARTERS = [...STORE_KINDS.map(musterOn), redis, etcd, zooKeeper];

export async function measureServers(quick: boolean): Promise<ServersResult> {
  const directory = mkdtempSync(path.join(tmpdir(), 'muster-bench-'));
  const servers: BarrierServer[] = [];
  const skipped: string[] = [];
  try {
    for (const start of STARTERS) {
      try {
        servers.push(await start(mkdtempSync(path.join(directory, 'server-'))));
      } catch (error) {
        if (!(error instanceof NotInstalled)) throw error;
        skipped.push(error.message);
        process.stderr.write(`skipped: ${error.message}\n`);
      }
    }
    const measured: ServerResult[] = [];
    for (const participants of quick ? [10] : [2, 10, 100]) {
      measured.push(...(await measureSize(servers, participants, quick ? 2 : 9)));
    }
    const setUp = servers.map(({ name, version, recipe }) => ({ server: name, version, recipe }));
    return { measured, setUp, skipped };
  } finally {
    for (const server of servers) await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureSize(
  servers: readonly BarrierServer[],
  participants: number,
  rounds: number,
): Promise<ServerResult[]> {
  const times = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  // The first round warms up.
  for (let number = 0; number <= rounds; number++) {
    for (let turn = 0; turn < servers.length; turn++) {
      const server = servers[(turn + number) % servers.length];
      if (!server) continue;
      const barrier = await server.prepare(participants);
      const startedAt = performance.now();
      await barrier.meet();
      if (number > 0) times.get(server.name)?.push(performance.now() - startedAt);
      await barrier.close();
    }
  }
  const ofMuster = times.get(servers[0]?.name ?? '') ?? [];
  return servers.map(({ name }) => {
    const taken = times.get(name) ?? [];
    return {
      server: name,
      participants,
      barrierMs: spreadOf(taken, 1),
      ratioToMuster: round(median(taken.map((ms, index) => ms / (ofMuster[index] ?? ms)))),
    };
  });
}

const STORE_NAMES: Readonly<Record<StoreKind, string>> = { dynoxide: 'Dynoxide', 'dynamodb-local': 'DynamoDB Local' };

/** The laptop stack with its data on the disk, as `npm start` runs it: each arrives with `wait`. */
function musterOn(store: StoreKind): (directory: string) => Promise<BarrierServer> {
  return async (directory) => barrierOf(await startLaptopStack({ store, directory }), STORE_NAMES[store]);
}

function barrierOf(stack: LaptopStack, storeName: string): BarrierServer {
  return {
    name: `Muster on a laptop, ${storeName}`,
    version: 'this commit',
    recipe: `\`POST …/arrivals?wait=20\` by each over HTTP with a bearer token; ${storeName} with its tables on the disk. Also writes events, messages and inboxes meanwhile.`,
    prepare: async (count) => {
      const client = httpClient(stack.url, count);
      const participants = await stack.newParticipants(count);
      const input = { name: 'barrier', participants: participants.map(({ id }) => id) };
      const created = expectStatus(await client.send('POST', '/v1/sync-points', stack.adminToken, input), 201);
      const { id } = JSON.parse(created.text) as { id: string };
      await Promise.all(participants.map(({ token }) => client.send('GET', '/v1/me', token)));
      return {
        meet: async () => {
          await Promise.all(
            participants.map(async ({ token }) => {
              const answer = expectStatus(
                await client.send('POST', `/v1/sync-points/${id}/arrivals?wait=20`, token),
                201,
              );
              const { status } = JSON.parse(answer.text) as { status: string };
              if (status !== 'completed') throw new Error(`A participant was answered '${status}', not 'completed'.`);
            }),
          );
        },
        close: () => {
          client.close();
          return Promise.resolve();
        },
      };
    },
    stop: () => stack.stop(),
  };
}
