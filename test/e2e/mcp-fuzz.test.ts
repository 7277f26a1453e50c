/**
 * What no client of the Model Context Protocol should send: JSON that is no message, headers that contradict it, huge
 * and deep ones, arguments of any kind, ids of tasks of others. Never a 500, nothing of us told, nothing of others
 * changed.
 */
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agents, type Answer, freshId, type HttpClient } from '../support/http-client';
import { callModern, MODERN_VERSION } from '../support/mcp-agent';
import { isCompleteRun } from '../support/size';

const RUNS = isCompleteRun ? 400 : 60;
const SEED = 1;
const LEGACY_VERSION = '2025-06-18';

let one: HttpClient;
let two: HttpClient;
let stranger: HttpClient;
let id: string;
let taskId: string;

beforeAll(async () => {
  [one, two, stranger] = await agents(['one', 'two', 'stranger']);
  id = freshId('fuzz');
  await one.post('/v1/sync-points', { id, name: 'Secret', participants: [one.id, two.id] });
  const created = await callModern(one, 'tools/call', { name: 'wait_until_done', arguments: { id } });
  ({ taskId } = (created.body as { result: { taskId: string } }).result);
});

const METHODS = [
  ...['initialize', 'ping', 'server/discover', 'tools/list', 'tools/call', 'tasks/get', 'tasks/cancel', 'tasks/update'],
  ...['tasks/list', 'tasks/result', 'resources/list', 'resources/read', 'resources/templates/list'],
  ...['resources/subscribe', 'prompts/list', 'prompts/get', 'completion/complete', 'logging/setLevel'],
  ...['subscriptions/listen', 'sampling/createMessage', 'notifications/initialized', 'constructor', '__proto__', ''],
];
const TOOLS = [
  ...['who_am_i', 'find_agents', 'check_in', 'create_sync_point', 'arrive_at_sync_point', 'create_tracker'],
  ...['report_progress', 'show_status', 'wait_until_done', 'report_failure', 'recent_events', 'read_messages'],
  ...['acknowledge_messages', 'send_message', 'toString', ''],
];

const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constant(null), fc.string({ unit: 'binary' }));
// Bound later: the ids are made before the tests.
const knownText = fc
  .constantFrom('id', 'name', 'task', 'agent')
  .map((which) => ({ id, name: 'Secret', task: taskId, agent: one.id })[which]);
const someText = fc.oneof(knownText, fc.string(), fc.string({ unit: 'binary' }));

const toolArguments = fc.record(
  {
    id: someText,
    kind: fc.oneof(fc.constantFrom('sync_point', 'tracker'), anything),
    name: someText,
    participants: fc.oneof(fc.array(someText, { maxLength: 4 }), anything),
    totalSteps: anything,
    step: fc.oneof(fc.integer(), fc.double(), anything),
    data: anything,
    reason: someText,
    // None of them shall wait for long.
    seconds: fc.constantFrom(0, -1, 1e9, 'x'),
    waitSeconds: fc.constantFrom(0, -1, 1e9, 'x'),
    version: fc.oneof(fc.integer(), anything),
    ttlSeconds: fc.oneof(fc.integer(), anything),
    cursor: someText,
    outcome: someText,
    query: someText,
    messageIds: fc.oneof(fc.array(someText, { maxLength: 3 }), anything),
    to: fc.oneof(fc.array(someText, { maxLength: 3 }), anything),
    toParticipantsOf: someText,
    type: someText,
    content: anything,
  },
  { requiredKeys: [] },
);
const waitsNot = toolArguments.map((input) => ({ seconds: 0, ...input }));
const toolCall = fc.record({
  name: fc.oneof(fc.constantFrom(...TOOLS), someText),
  arguments: fc.oneof(waitsNot, anything),
});
const params = fc.oneof(
  toolCall,
  fc.record({ taskId: someText }),
  fc.record({
    uri: fc.oneof(
      someText,
      knownText.map((text) => `muster://sync-points/${text}`),
      fc.constant('muster://trackers/%'),
    ),
  }),
  fc.record({
    name: fc.constant('coordinate_this_job'),
    arguments: fc.oneof(fc.dictionary(fc.string(), anything), anything),
  }),
  fc.record({
    protocolVersion: fc.constantFrom(LEGACY_VERSION, MODERN_VERSION, '1'),
    capabilities: anything,
    clientInfo: anything,
  }),
  anything,
);
const message = fc.record(
  {
    jsonrpc: fc.oneof({ weight: 9, arbitrary: fc.constant('2.0') }, anything),
    id: fc.oneof({ weight: 5, arbitrary: fc.integer() }, fc.string(), anything),
    method: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...METHODS) }, anything),
    params,
  },
  { requiredKeys: ['jsonrpc', 'method'] },
);
const version = fc.constantFrom(LEGACY_VERSION, '2025-03-26', MODERN_VERSION, '2099-01-01', '', 'x');
const headerText = fc.string({ minLength: 1 }).filter((text) => /^[\x21-\x7e]+$/.test(text));
const headers = fc.record(
  {
    'mcp-protocol-version': version,
    'mcp-method': fc.oneof(fc.constantFrom(...METHODS.filter((name) => name !== '')), headerText),
    'mcp-name': fc.oneof(
      fc.constantFrom(...TOOLS.filter((name) => name !== '')),
      fc.constant('=?base64?%%?='),
      headerText,
    ),
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-8', 'x'),
    accept: fc.constantFrom('application/json', 'text/event-stream', 'text/html', '*/*'),
    origin: fc.constantFrom('http://evil.example', 'null', 'x'),
    'mcp-session-id': headerText,
  },
  { requiredKeys: [] },
);

/** Nothing of the inside, and nothing of what the caller may not see. */
function check(answer: Answer, sent: string): void {
  expect([sent, answer.status < 500]).toEqual([sent, true]);
  expect(answer.text).not.toMatch(/node_modules|\bat ([\w.<>]+ )*\(?[^\s"]*:\d+:\d+|\.ts\b|"Secret"/);
  if (answer.status === 202) return;
  expect(JSON.parse(answer.text)).toMatchObject({ jsonrpc: '2.0' });
}

/** A valid request in between: a server that refuses everything would pass the rest. */
async function stillServes(): Promise<void> {
  const shown = await callModern(one, 'tools/call', { name: 'show_status', arguments: { id } }, {});
  expect(shown.body).toMatchObject({ result: { structuredContent: { id, status: 'waiting', missing: 2 } } });
  const own = await callModern(stranger, 'tools/call', { name: 'who_am_i', arguments: {} }, {});
  expect(own.body).toMatchObject({ result: { structuredContent: { id: stranger.id } } });
}

/** Every so many requests. */
const BETWEEN = 10;

async function assertFor<Drawn extends [unknown, ...unknown[]]>(
  arbitraries: { [Index in keyof Drawn]: fc.Arbitrary<Drawn[Index]> },
  numRuns: number,
  send: (...drawn: Drawn) => Promise<void>,
): Promise<void> {
  let runs = 0;
  const property = fc.asyncProperty(...arbitraries, async (...drawn: Drawn) => {
    await send(...drawn);
    if (++runs % BETWEEN === 0) await stillServes();
  });
  await fc.assert(property, { seed: SEED, numRuns });
  expect(runs).toBeGreaterThanOrEqual(BETWEEN);
  await unchanged();
}

async function unchanged(): Promise<void> {
  const { body } = await one.get(`/v1/sync-points/${id}`);
  expect(body).toMatchObject({ version: 1, status: 'waiting', arrivedParticipants: [], failedParticipants: [] });
}

test('a message with any headers', async () => {
  await assertFor([message, headers], RUNS, async (body, given) => {
    check(await stranger.send('POST', '/mcp', { body, headers: given }), JSON.stringify({ body, given }));
  });
});

test('a message of the newer era with headers that fit it', async () => {
  const fitting = message.filter(({ method }) => typeof method === 'string' && /^[\x21-\x7e]+$/.test(method));
  await assertFor([fitting], RUNS, async (body) => {
    const given =
      typeof body.params === 'object' && body.params !== null && !Array.isArray(body.params) ? body.params : {};
    const answer = await callModern(stranger, body.method as string, withoutName(given));
    check(answer, JSON.stringify(body));
  });
});

/** A header can't carry every name. */
function withoutName(given: Record<string, unknown>): Record<string, unknown> {
  const unsent = ['name', 'uri', 'taskId'].filter((key) => !/^[\x21-\x7e]*$/.test(String(given[key])));
  return Object.fromEntries(Object.entries(given).filter(([key]) => !unsent.includes(key)));
}

test('each tool with arguments that it has, half of them valid', async () => {
  const { body } = await callModern(stranger, 'tools/list');
  const { tools } = (body as { result: { tools: ListedTool[] } }).result;
  const own = Array.from({ length: 20 }, () => freshId('own'));
  for (const point of own) {
    await stranger.post('/v1/sync-points', { id: point, name: point, participants: [stranger.id, one.id] });
    await stranger.post('/v1/progress-trackers', { id: `${point}-t`, name: point, totalSteps: 9 });
  }
  const succeeded = new Set<string>();
  await assertFor([fc.oneof(...tools.map((tool) => callOf(tool, own)))], RUNS * 3, async ({ name, input }) => {
    const answer = await callModern(stranger, 'tools/call', { name, arguments: input }, {});
    check(answer, JSON.stringify({ name, input }));
    // A tool that is never reached would refuse nothing else.
    expect(answer.text).not.toMatch(/[Uu]nrecognized key|is unknown/);
    const { result } = answer.body as { result?: { isError?: boolean } };
    if (result !== undefined && result.isError !== true) succeeded.add(name);
  });
  expect(succeeded.size).toBeGreaterThanOrEqual(tools.length / 2);
});

interface ListedTool {
  readonly name: string;
  readonly inputSchema: { readonly properties: Readonly<Record<string, unknown>>; readonly required?: string[] };
}

/** Only fields that the tool has, so that it is reached. */
function callOf({ name, inputSchema: { properties, required = [] } }: ListedTool, own: readonly string[]) {
  const fields = Object.keys(properties);
  const valid = validValues(name, own);
  const without = fields.filter((field) => !Object.hasOwn(valid, field) && required.includes(field));
  if (without.length > 0) throw new Error(`No valid value is known of ${without.join(', ')} of ${name}.`);
  const wild = (field: string): fc.Arbitrary<unknown> =>
    WAITS.includes(field) ? fc.constantFrom<unknown>(0, -1, 1e9, 'x') : fc.oneof(someText, fc.integer(), anything);
  // None of them shall wait for long.
  const requiredKeys = fields.filter((field) => required.includes(field) || WAITS.includes(field));
  const known = fields.filter((field) => Object.hasOwn(valid, field));
  return fc
    .oneof(
      fc.record(Object.fromEntries(known.map((field) => [field, valid[field] ?? anything])), { requiredKeys }),
      fc.record(
        Object.fromEntries(fields.map((field) => [field, fc.oneof(valid[field] ?? wild(field), wild(field))])),
        {
          requiredKeys: fields.filter((field) => WAITS.includes(field)),
        },
      ),
    )
    .map((input: Record<string, unknown>) => ({ name, input }));
}

const WAITS = ['seconds', 'waitSeconds'];

function validValues(tool: string, own: readonly string[]): Readonly<Record<string, fc.Arbitrary<unknown>>> {
  const point = fc.constantFrom(...own);
  const tracker = point.map((text) => `${text}-t`);
  const fresh = fc.uuid();
  const either = fc.oneof(point, tracker);
  const ids: Readonly<Record<string, fc.Arbitrary<string>>> = {
    ...{ create_sync_point: fresh, create_tracker: fresh, arrive_at_sync_point: point, report_progress: tracker },
  };
  const ownIds = fc.constantFrom([stranger.id], [stranger.id, one.id]);
  const text = fc.string({ minLength: 1, maxLength: 20 }).filter((given) => given.trim() !== '');
  const steps = fc.integer({ min: 0, max: 9 });
  return {
    ...{ id: ids[tool] ?? either, name: text, description: text, reason: text, text, query: text },
    ...{ participants: fc.constant([stranger.id, one.id]), quorum: fc.constantFrom(1, 2) },
    ...{ endWhen: fc.constantFrom('decided', 'everyone'), completeWhen: fc.constantFrom('creator', 'everyone') },
    ...{ totalSteps: fc.integer({ min: 1, max: 9 }), step: steps, ifStep: steps, stallSeconds: fc.constant(600) },
    ...{ deadlineSeconds: fc.constant(600), data: fc.jsonValue({ maxDepth: 3 }), ttlSeconds: fc.constantFrom(0, 60) },
    ...{ seconds: fc.constant(0), waitSeconds: fc.constant(0), version: steps, limit: fc.integer({ min: 1, max: 20 }) },
    ...{
      outcome: fc.constantFrom('pending', 'arrived', 'failed', 'excused'),
      messageIds: fc.uuid().map((one) => [one]),
    },
    ...(tool === 'send_message' && { to: ownIds }),
    ...{ type: fc.constantFrom('X', 'REVIEW'), priority: fc.constantFrom('LOW', 'MEDIUM', 'HIGH') },
    ...{ requiresAcknowledgment: fc.boolean(), inReplyTo: fresh, idempotencyKey: fresh },
  };
}

test.each([
  ['nothing', '', 400],
  ['half a message', '{"jsonrpc":', 400],
  ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', 400],
  ['a text', '"x"', 400],
  ['no message', '{}', 400],
  ['a response', '{"jsonrpc":"2.0","id":1,"result":{}}', 202],
  ['a deep one', `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400],
  ['a huge one', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { x: 'y'.repeat(1_100_000) } }), 413],
  [
    'one with a prototype',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"who_am_i"}}}',
    400,
  ],
  ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}', 400],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}', 400],
  ['a number beyond the doubles', '{"jsonrpc":"2.0","id":1e999,"method":"ping"}', 400],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'), 400],
])('%s', async (_what, text, status) => {
  const answer = await stranger.send('POST', '/mcp', { text, headers: { 'content-type': 'application/json' } });
  check(answer, text.slice(0, 100));
  expect(answer.status).toBe(status);
});

test('a page of another origin is refused', async () => {
  const body = { jsonrpc: '2.0', id: 1, method: 'ping' };
  const foreign = await one.send('POST', '/mcp', { body, headers: { origin: 'https://evil.example' } });
  expect([foreign.status, foreign.body['error']]).toEqual([403, expect.objectContaining({ code: -32600 })]);
});
