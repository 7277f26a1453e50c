import { randomUUID } from 'node:crypto';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { freePort } from '../../laptop/loopback';
import { type BarrierServer, startServer, versionOf } from './barrier-server';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * The double barrier of etcd's own recipes: a key for each who has arrived, counted after the put; the last one writes
 * the key that the others watch. Through etcd's JSON gateway, because the gRPC packages of npm bring an install script.
 */
export async function etcd(directory: string): Promise<BarrierServer> {
  const [clientPort, peerPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${clientPort}`;
  const peerUrl = `http://127.0.0.1:${peerPort}`;
  const stop = await startServer(
    'etcd',
    [
      ...['--data-dir', directory, '--name', 'bench', '--log-level', 'error', '--logger', 'zap'],
      ...['--listen-client-urls', url, '--advertise-client-urls', url],
      ...['--listen-peer-urls', peerUrl, '--initial-advertise-peer-urls', peerUrl],
      ...['--initial-cluster', `bench=${peerUrl}`],
    ],
    'etcd-server',
    async () => (await fetch(`${url}/health`)).ok,
  );
  const version = (await versionOf('etcd', '--version')).replace('etcd Version: ', '');

  const post = (agent: Agent, path: string, body: unknown): ClientRequest => {
    const sent = request(url + path, { method: 'POST', agent, headers: { 'content-type': 'application/json' } });
    sent.end(JSON.stringify(body));
    return sent;
  };
  const ask = (agent: Agent, path: string, body: unknown): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      post(agent, path, body)
        .on('error', reject)
        .on('response', (response: IncomingMessage) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => {
            if (response.statusCode === 200) resolve(JSON.parse(text) as Record<string, unknown>);
            else reject(new Error(`etcd answered ${response.statusCode ?? 0}: ${text}`));
          });
        });
    });

  /** Resolves when the watch is in place; `seen` when the key has been written. */
  const watch = (agent: Agent, key: string): Promise<{ seen: Promise<void>; close(): void }> =>
    new Promise((resolve, reject) => {
      const sent = post(agent, '/v3/watch', { create_request: { key: base64(key) } });
      sent.on('error', reject).on('response', (response: IncomingMessage) => {
        response.on('error', () => undefined); // we close it ourselves
        const seen = new Promise<void>((resolveSeen) => {
          response.on('data', (chunk: Buffer) => {
            const text = chunk.toString();
            if (text.includes('"events"')) resolveSeen();
            if (text.includes('"created":true')) {
              resolve({
                seen,
                close: () => {
                  sent.destroy();
                },
              });
            }
          });
        });
      });
    });

  return {
    name: 'etcd',
    version,
    recipe:
      'Double barrier of its recipes: put, count by prefix, the last one writes the key that all watch; JSON gateway over HTTP, one member, WAL synced (its default).',
    prepare: async (count) => {
      const prefix = `barrier-${randomUUID()}/`;
      const ready = `${prefix.slice(0, -1)}-ready`;
      const agents = Array.from({ length: count }, () => new Agent({ keepAlive: true }));
      const watchers = await Promise.all(agents.map((agent) => watch(agent, ready)));
      await Promise.all(agents.map((agent) => ask(agent, '/v3/kv/range', { key: base64(ready) })));
      return {
        meet: async () => {
          await Promise.all(
            agents.map(async (agent, index) => {
              await ask(agent, '/v3/kv/put', { key: base64(prefix + String(index)), value: base64('here') });
              const { count: arrived } = await ask(agent, '/v3/kv/range', {
                key: base64(prefix),
                // The next key after all with the prefix.
                range_end: base64(`${prefix.slice(0, -1)}0`),
                count_only: true,
              });
              if (Number(arrived) === count)
                await ask(agent, '/v3/kv/put', { key: base64(ready), value: base64('yes') });
              await watchers[index]?.seen;
            }),
          );
        },
        close: () => {
          for (const watcher of watchers) watcher.close();
          for (const agent of agents) agent.destroy();
          return Promise.resolve();
        },
      };
    },
    stop,
  };
}
