/** A server that does to a client whatever networks, proxies and restarts do. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
interface Received {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the server does with one request, once it has read it. */
export type Act = (response: ServerResponse, request: Received) => void;

type Headers = Readonly<Record<string, string>>;

export const json =
  (status: number, body: unknown, headers: Headers = {}): Act =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

/** A problem document as the service writes it. */
export const problem = (status: number, code: string, more: object = {}, headers: Headers = {}): Act =>
  json(status, { type: `urn:${code}`, title: 'A title', status, code, detail: 'A detail.', ...more }, headers);

export const text =
  (status: number, body: string, headers: Headers = { 'content-type': 'text/html' }): Act =>
  (response) => {
    response.writeHead(status, headers).end(body);
  };

export const noContent: Act = (response) => {
  response.writeHead(204).end();
};

/** The connection is lost, and with it the answer. */
export const drop: Act = (response) => {
  response.socket?.destroy();
};

/** The answer is cut off: there is less than its length says. */
export const cutShort: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"status":', () => response.socket?.destroy());
};

/** The answer is cut off between two chunks. What there is of it would be valid JSON. */
export const cutChunks: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"status":"ok"}', () => response.socket?.destroy());
};

export const hang: Act = () => undefined;

/** Status, headers and the beginning of the body, and then nothing. */
export const hangInBody: Act = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{"status":');
};

export interface HostileServer {
  readonly url: string;
  /** All requests, in order. */
  readonly requests: readonly Received[];
  /** Does one after the other, one for each request; 418 to those beyond. */
  readonly script: (...acts: readonly Act[]) => void;
  /** Resolves as soon as so many requests have arrived. */
  readonly received: (count: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startHostileServer(): Promise<HostileServer> {
  let requests: Received[] = [];
  let acts: readonly Act[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = message;
    const request = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
    const act = acts[requests.length] ?? json(418, { detail: 'The script has ended.' });
    requests.push(request);
    act(response, request);
    for (const { count, resolve } of waiting) if (count <= requests.length) resolve();
    waiting = waiting.filter(({ count }) => count > requests.length);
  }

  const server = createServer((message, response) => {
    // A client that goes away while it sends is nothing to this server.
    serve(message, response).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get requests() {
      return requests;
    },
    script: (...next) => {
      acts = next;
      requests = [];
    },
    received: async (count) => {
      if (requests.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
