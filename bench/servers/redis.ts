import { createClient } from '@redis/client';
import { randomUUID } from 'node:crypto';
import { freePort } from '../../laptop/loopback';
import { type BarrierServer, startServer, versionOf } from './barrier-server';

/** A set of who has arrived; whoever makes it complete publishes to the others. */
export async function redis(directory: string): Promise<BarrierServer> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const connect = async (): Promise<ReturnType<typeof createClient>> => {
    const client = createClient({ url, socket: { reconnectStrategy: false } });
    client.on('error', () => undefined); // a refused connection is thrown as well
    await client.connect();
    return client as ReturnType<typeof createClient>;
  };
  const stop = await startServer(
    'redis-server',
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'always'],
    ],
    'redis-server',
    async () => {
      const client = await connect();
      client.destroy();
      return true;
    },
  );
  const version = /v=([\d.]+)/.exec(await versionOf('redis-server', '--version'))?.[1] ?? '';
  return {
    name: 'Redis',
    version,
    recipe:
      '`MULTI SADD SCARD EXEC`, the last one `PUBLISH`es to the others, who have subscribed before (@redis/client); one server, `appendfsync always`.',
    prepare: async (count) => {
      const key = `barrier-${randomUUID()}`;
      const clients = await Promise.all(Array.from({ length: count }, connect));
      const listeners = await Promise.all(Array.from({ length: count }, connect));
      const told = listeners.map(
        (listener) =>
          new Promise<void>((resolve, reject) => {
            listener
              .subscribe(key, () => {
                resolve();
              })
              .catch(reject);
          }),
      );
      // A subscription is confirmed in order with what its connection asks next.
      await Promise.all(listeners.map((listener) => listener.ping()));
      return {
        meet: async () => {
          await Promise.all(
            clients.map(async (client, index) => {
              const [, arrived] = await client.multi().sAdd(key, String(index)).sCard(key).exec();
              if (Number(arrived) === count) await client.publish(key, 'complete');
              await told[index];
            }),
          );
        },
        close: () => {
          for (const client of [...clients, ...listeners]) client.destroy();
          return Promise.resolve();
        },
      };
    },
    stop,
  };
}
