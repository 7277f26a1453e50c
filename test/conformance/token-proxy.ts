/** The conformance suite can't send a token: this passes its requests on with one. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenProxy {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1. `Host` and `Origin` stay those of the suite, which tests them. */
export async function startTokenProxy(target: string, token: string): Promise<TokenProxy> {
  const server = createServer((given, response) => {
    const headers = { ...given.headers, authorization: `Bearer ${token}` };
    const passed = request(target + (given.url ?? ''), { method: given.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    given.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
