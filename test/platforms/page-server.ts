/** Serves the page that plays the scenario, and takes its report. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { closed, listenOnLoopback } from '../../laptop/loopback';
import type { Report, Surroundings } from './scenario';

const CLIENT = '/node_modules/@muster/client/dist/';

/** As a bundler would, or a page without one. */
const PAGE = `<!doctype html>
<script type="importmap">{ "imports": { "@muster/client": "${CLIENT}index.js" } }</script>
<script type="module" src="/in-page.js"></script>
`;

export interface PageServer {
  readonly origin: string;
  /** What the next page that is opened reports. */
  readonly report: (surroundings: Surroundings) => Promise<Report>;
  readonly stop: () => Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** @param consumer a folder with `in-page.js` and the client */
export async function startPageServer(consumer: string): Promise<PageServer> {
  let waiting: { readonly surroundings: Surroundings; readonly resolve: (report: Report) => void } | undefined;

  const answer = async (request: IncomingMessage): Promise<{ type: string; body: string } | undefined> => {
    const { url = '' } = request;
    if (url === '/') return { type: 'text/html', body: PAGE };
    if (url === '/surroundings') return { type: 'application/json', body: JSON.stringify(waiting?.surroundings) };
    if (url === '/report') {
      waiting?.resolve(JSON.parse(await bodyOf(request)) as Report);
      return { type: 'text/plain', body: '' };
    }
    if (url !== '/in-page.js' && !url.startsWith(CLIENT)) return undefined;
    return { type: 'text/javascript', body: readFileSync(path.join(consumer, url), 'utf8') };
  };

  const server = createServer((request, response) => {
    answer(request)
      .then((found) => response.writeHead(found ? 200 : 404, { 'content-type': found?.type }).end(found?.body))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const port = await listenOnLoopback(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    report: (surroundings) =>
      new Promise((resolve) => {
        waiting = { surroundings, resolve };
      }),
    stop: async () => {
      const ended = closed(server);
      server.closeAllConnections();
      await ended;
    },
  };
}
