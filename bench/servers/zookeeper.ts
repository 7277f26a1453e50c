import zooKeeperClient, { type Client } from 'node-zookeeper-client';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import path from 'node:path';
import { freePort } from '../../laptop/loopback';
import { type BarrierServer, NotInstalled, startServer } from './barrier-server';

const { EPHEMERAL, PERSISTENT } = zooKeeperClient.CreateMode;

/** Where Debian's package has its libraries. */
const JARS = '/usr/share/java';
const JAR = `${JARS}/zookeeper.jar`;

/** The double barrier of ZooKeeper's recipes: an ephemeral node each; the last one creates the node that all watch. */
export async function zooKeeper(directory: string): Promise<BarrierServer> {
  if (!existsSync(JAR)) throw new NotInstalled('ZooKeeper', 'zookeeper');
  const port = await freePort();
  const configuration = path.join(directory, 'zoo.cfg');
  // All participants come from one address, which by default may have 60 connections.
  writeFileSync(
    configuration,
    [
      `dataDir=${directory}`,
      `clientPort=${port}`,
      'clientPortAddress=127.0.0.1',
      'tickTime=2000',
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '',
    ].join('\n'),
  );
  const stop = await startServer(
    'java',
    ['-cp', `${JARS}/*`, '-Dzookeeper.forceSync=yes', 'org.apache.zookeeper.server.ZooKeeperServerMain', configuration],
    'zookeeper',
    () => answersOn(port),
  );

  const connect = (): Promise<Client> =>
    new Promise((resolve) => {
      const client = zooKeeperClient.createClient(`127.0.0.1:${port}`, { sessionTimeout: 30_000 });
      client.once('connected', () => {
        resolve(client);
      });
      client.connect();
    });
  const create = (client: Client, node: string, mode: number): Promise<void> =>
    new Promise((resolve, reject) => {
      client.create(node, null, mode, (error) => {
        if (error && (error as Error & { code?: number }).code !== zooKeeperClient.Exception.NODE_EXISTS) reject(error);
        else resolve();
      });
    });
  const childrenOf = (client: Client, node: string): Promise<string[]> =>
    new Promise((resolve, reject) => {
      client.getChildren(node, (error, children) => {
        if (error) reject(error);
        else resolve(children);
      });
    });
  /** Sets the watch, then resolves; `seen` when the node has been created. */
  const watch = (client: Client, node: string): Promise<{ seen: Promise<void> }> =>
    new Promise((resolve, reject) => {
      const seen = new Promise<void>((resolveSeen) => {
        client.exists(
          node,
          () => {
            resolveSeen();
          },
          (error) => {
            if (error) reject(error);
            else resolve({ seen });
          },
        );
      });
    });

  return {
    name: 'ZooKeeper',
    version: '3.8',
    recipe:
      'Double barrier of its recipes: watch the `ready` node, create an ephemeral node, count the children, the last one creates `ready` (node-zookeeper-client); one server, `forceSync=yes` (its default).',
    prepare: async (count) => {
      const root = `/barrier-${randomUUID()}`;
      const clients = await Promise.all(Array.from({ length: count }, connect));
      const [first] = clients;
      if (first) await create(first, root, PERSISTENT);
      return {
        meet: async () => {
          await Promise.all(
            clients.map(async (client, index) => {
              const { seen } = await watch(client, `${root}/ready`);
              await create(client, `${root}/${index}`, EPHEMERAL);
              const children = await childrenOf(client, root);
              if (children.filter((child) => child !== 'ready').length === count) {
                await create(client, `${root}/ready`, EPHEMERAL);
              }
              await seen;
            }),
          );
        },
        close: () => {
          for (const client of clients) client.close();
          return Promise.resolve();
        },
      };
    },
    stop,
  };
}

/** `srvr` is the one word that ZooKeeper answers unless told otherwise. */
function answersOn(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1', () => socket.write('srvr'));
    socket.on('error', () => {
      resolve(false);
    });
    socket.on('data', (chunk: Buffer) => {
      resolve(chunk.toString().startsWith('Zookeeper version'));
      socket.destroy();
    });
    socket.on('close', () => {
      resolve(false);
    });
  });
}
