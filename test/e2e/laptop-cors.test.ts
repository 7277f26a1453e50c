/** A laptop stack of its own, which pages of one other origin may call. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rmSync } from 'node:fs';
import { stackUrl } from '../support/http-client';
import { type RunningMuster, runMuster } from '../support/start-muster';

const ORIGIN = 'https://console.example.com';
let muster: RunningMuster;

beforeAll(async () => {
  muster = await runMuster({ environment: { MUSTER_STAGE_SETTINGS: `corsOrigins=${ORIGIN},http://localhost:5173` } });
});

afterAll(async () => {
  await muster.stop();
  rmSync(muster.dataDirectory, { recursive: true });
});

const preflight = (url: string, origin: string): Promise<Response> =>
  fetch(`${url}/v1/sync-points`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,traceparent',
    },
  });

/** The headers that a browser goes by. */
const corsHeaders = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

const listOf = (header: string | null): string[] => (header ?? '').split(/,\s*/);

test('a preflight of an allowed origin is answered with what a page may send, without a token', async () => {
  const answer = await preflight(muster.url, ORIGIN);

  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(listOf(answer.headers.get('access-control-allow-methods')).sort()).toEqual([
    'DELETE',
    'GET',
    'PATCH',
    'POST',
    'PUT',
  ]);
  expect(listOf(answer.headers.get('access-control-allow-headers'))).toEqual(
    expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'traceparent']),
  );
});

test.each([
  ['an answer', `Bearer `, 200],
  ['a refusal', 'Bearer muster_unknown, not ', 401],
])('a page of an allowed origin can read %s, and the headers that a client acts on', async (_what, scheme, status) => {
  const answer = await fetch(`${muster.url}/v1/agents`, {
    headers: { origin: ORIGIN, authorization: `${scheme}${muster.adminToken}` },
  });

  expect(answer.status).toBe(status);
  expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  expect(answer.headers.get('apigw-requestid')).not.toBeNull();
  expect(listOf(answer.headers.get('access-control-expose-headers'))).toEqual(
    expect.arrayContaining(['apigw-requestid', 'location', 'retry-after', 'traceparent', 'www-authenticate']),
  );
});

test.each(['https://evil.example.com', 'http://console.example.com', 'https://console.example.com:8443', 'null'])(
  'a page of %s is told nothing',
  async (origin) => {
    const authorization = `Bearer ${muster.adminToken}`;
    const answers = [
      await preflight(muster.url, origin),
      await fetch(`${muster.url}/v1/agents`, { headers: { origin, authorization } }),
    ];

    expect(answers.map(corsHeaders)).toEqual([{}, {}]);
  },
);

test('without the setting an OPTIONS request is told the methods, and a page nothing', async () => {
  const answer = await preflight(stackUrl(), ORIGIN);

  expect(corsHeaders(answer)).toEqual({});
  expect(answer.status).toBe(204);
  expect(listOf(answer.headers.get('allow')).sort()).toEqual(['GET', 'POST']);
});
