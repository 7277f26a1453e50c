/** A laptop stack of its own, whose log tells how a request went on: what people search CloudWatch Logs for in AWS. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HttpClient, type InboxItem, pollUntil, register } from '../support/http-client';
import { type RunningMuster, runMuster } from '../support/start-muster';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

let muster: RunningMuster;
let operator: HttpClient;

beforeAll(async () => {
  muster = await runMuster();
  operator = new HttpClient(muster.url, 'muster:operator', muster.adminToken);
});

afterAll(async () => {
  await muster.stop();
  rmSync(muster.dataDirectory, { recursive: true });
});

interface LogLine {
  readonly message: string;
  readonly traceId?: string;
  readonly requestId?: string;
  readonly pk?: string;
  readonly subject?: string;
  readonly path?: string;
  readonly status?: number;
  readonly delivered?: number;
}

const log = (): string => readFileSync(path.join(muster.dataDirectory, 'muster.log'), 'utf8');

const linesOf = (traceId: string): LogLine[] =>
  log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine)
    .filter((line) => line.traceId === traceId);

test('the trace of the last arrival leads from its request to the inboxes, and no token is in the log', async () => {
  const [a, b] = await Promise.all(['a', 'b'].map((id) => register(operator, id, id)));
  if (!a || !b) throw new Error('not registered');
  const body = { id: 'm', name: 'meeting', participants: ['a', 'b'] };
  await a.post('/v1/sync-points', body);
  await a.post('/v1/sync-points/m/arrivals');

  const answer = await b.send('POST', '/v1/sync-points/m/arrivals', { headers: { traceparent: TRACEPARENT } });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('traceparent')).toMatch(new RegExp(`^00-${TRACE_ID}-(?!b7ad6b7169203331)[\\da-f]{16}-01$`));
  await pollUntil(
    () => a.all<InboxItem>('/v1/inbox'),
    (items) => items.some(({ content }) => content.type === 'SYNC_POINT_COMPLETED'),
  );
  const dispatchedIn = (found: readonly LogLine[]): LogLine[] =>
    found.filter(({ message }) => message === 'Change dispatched');
  // The arrival's change and the ending's, in any order with the delivery that the latter leads to.
  const lines = await pollUntil(
    () => linesOf(TRACE_ID),
    (found) => found.some(({ message }) => message === 'Message delivered') && dispatchedIn(found).length >= 2,
  );

  const [request] = lines;
  expect(request).toMatchObject({
    message: 'Request completed',
    path: '/v1/sync-points/m/arrivals',
    status: 201,
    agentId: 'b',
    requestId: expect.any(String),
  });
  expect(new Set(dispatchedIn(lines).map(({ pk }) => pk))).toEqual(new Set(['SP#m']));
  expect(lines.find(({ message }) => message === 'Message delivered')).toMatchObject({
    type: 'SYNC_POINT_COMPLETED',
    subject: 'm',
    delivered: 2,
  });
  const text = log();
  for (const { token } of [a, b, operator]) expect(text).not.toContain(token ?? 'none');
});

test('an invalid trace is ignored and a new one begun, also in an error and without a token', async () => {
  const nobody = new HttpClient(muster.url, 'nobody', 'muster_not-a-token');
  for (const [client, place] of [
    [operator, '/v1/sync-points/no-such'],
    [nobody, '/v1/me'],
    [operator, '/v1/health'],
    [operator, '/no-such-path'],
  ] as const) {
    const invalid = `00-${'0'.repeat(32)}-b7ad6b7169203331-01`;
    const answer = await client.send('GET', place, { headers: { traceparent: invalid } });
    expect(answer.headers.get('traceparent')).toMatch(/^00-(?!0{32})[\da-f]{32}-[\da-f]{16}-00$/);
  }
  expect(log()).not.toContain('muster_not-a-token');
});

test('what happened is counted, under the name of the stack', async () => {
  const counted = await pollUntil(
    () =>
      log()
        .split('\n')
        .filter((line) => line.includes('"_aws"'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    (lines) => lines.some((line) => 'ArrivalToInbox' in line),
  );

  expect(new Set(counted.map((line) => line['service']))).toEqual(new Set(['Muster-dev']));
  const totals = (name: string) => counted.flatMap((line) => line[name] ?? []).length;
  expect([totals('Arrivals'), totals('SyncPointsCompleted')]).toEqual([2, 1]);
});
