import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

export type Send = (method: 'GET' | 'POST', path: string, token: string, body?: unknown) => Promise<HttpAnswer>;

/** Keeps its connections; node's own client, because fetch takes several times its CPU time, which the servers need. */
export function httpClient(baseUrl: string, connections: number): { send: Send; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send: Send = (method, path, token, body) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const sent = request(
        baseUrl + path,
        {
          method,
          agent,
          headers: {
            authorization: `Bearer ${token}`,
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  return {
    send,
    close: () => {
      agent.destroy();
    },
  };
}

/** @throws Error with the answer when the status is another */
export function expectStatus(answer: HttpAnswer, status: number): HttpAnswer {
  if (answer.status !== status) throw new Error(`${status} was expected, not ${answer.status}: ${answer.text}`);
  return answer;
}
