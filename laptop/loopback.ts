/** Servers on 127.0.0.1. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';

/** Returns the port; 0 takes any that is free. */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening'); // or throws the server's error
  return (server.address() as AddressInfo).port;
}

/** Resolves when no connection is left, even if the server isn't listening. */
export async function closed(server: Server): Promise<void> {
  await new Promise<unknown>((resolve) => {
    server.close(resolve);
  });
}

/** A TCP port of 127.0.0.1 that is currently free. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await closed(server);
  return port;
}
