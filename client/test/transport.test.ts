/** What the client makes of whatever networks, proxies and restarts do to its requests. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  type ApiError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  MethodNotAllowedError,
  Muster,
  MusterError,
  type MusterOptions,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  ServerError,
  TimeoutError,
  TooLargeError,
  UnavailableError,
  UnsupportedMediaTypeError,
} from '../src/index.ts';
import { systemClock } from '../src/clock.ts';
import {
  type Act,
  cutChunks,
  cutShort,
  drop,
  hang,
  hangInBody,
  type HostileServer,
  json,
  noContent,
  problem,
  startHostileServer,
  text,
} from './support/hostile-server.ts';
import { TurnedClock } from './support/turned-clock.ts';

const TOKEN = 'muster_secret-of-the-agent';
const OK = json(200, { status: 'ok' });
const POINT = { name: 'Nightly', participants: ['builder'] };

let server: HostileServer;
let clock: TurnedClock;
let logged: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }[];

beforeAll(async () => {
  server = await startHostileServer();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(() => {
  clock = new TurnedClock({ advancesItself: true });
  logged = [];
});

afterEach(() => {
  // Whatever happened: no time limit is left over, and the token is in no line of the log.
  expect(clock.limits).toBe(0);
  expect(JSON.stringify(logged)).not.toContain(TOKEN);
});

function client(options: MusterOptions = {}, on: TurnedClock = clock): Muster {
  const log = (message: string, fields: Readonly<Record<string, unknown>>): void => {
    logged.push({ message, fields });
  };
  return new Muster({ url: server.url, token: TOKEN, logger: { debug: log, warn: log }, ...options }, on);
}

/** What the call is rejected with; the token is nowhere in it. */
async function errorOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    for (let each = error; each instanceof Error; each = each.cause) {
      expect(`${each.message} ${each.stack} ${JSON.stringify(each)}`).not.toContain(TOKEN);
    }
    return error;
  }
  throw new Error('It was not rejected.');
}

const times = (count: number, act: Act): Act[] => Array<Act>(count).fill(act);
const pauses = (): unknown[] => logged.flatMap(({ fields }) => fields['pauseMs'] ?? []);

test.each([
  ['a connection that is lost', drop],
  ['an answer shorter than its length', cutShort],
  ['an answer cut between chunks', cutChunks],
  ['429', problem(429, 'gateway')],
  ['500', problem(500, 'internal.error')],
  ['502 in HTML', text(502, '<h1>Bad gateway</h1>')],
  ['503', problem(503, 'store.busy')],
  ['504 with nothing', text(504, '')],
  ['what the API calls retryable', problem(409, 'a.conflict', { retryable: true })],
])('%s is asked again, with the same key and body', async (_what, act) => {
  server.script(act, act, json(201, { id: 'sp-1' }));

  const { data, response } = await client().syncPoints.create(POINT).withResponse();

  expect(data.id).toBe('sp-1');
  expect(response).toMatchObject({ status: 201, attempts: 3 });
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(3).fill('POST /v1/sync-points'));
  expect(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(server.requests[0]?.headers['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
  expect(server.requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual(Array(3).fill(POINT));
  expect(server.requests.every(({ headers }) => headers.authorization === `Bearer ${TOKEN}`)).toBe(true);
});

test.each([
  [400, 'request.not-json', BadRequestError],
  [401, 'auth.bad-token', AuthenticationError],
  [403, 'auth.forbidden', PermissionDeniedError],
  [404, 'sync-point.not-found', NotFoundError],
  [405, 'route.method-not-allowed', MethodNotAllowedError],
  [409, 'sync-point.exists', ConflictError],
  [413, 'request.too-large', TooLargeError],
  [415, 'request.unsupported-media-type', UnsupportedMediaTypeError],
  [422, 'request.invalid', InvalidRequestError],
])('%i is asked once and is an error of its own class', async (status, code, Class) => {
  server.script(problem(status, code, { requestId: 'r-1' }));

  const error = (await errorOf(client().syncPoints.get('nightly'))) as ApiError;

  expect(error).toBeInstanceOf(Class);
  expect(error).toBeInstanceOf(MusterError);
  expect(error).toMatchObject({ name: Class.name, status, code, detail: 'A detail.', requestId: 'r-1' });
  expect(error.message).toBe(`GET /v1/sync-points/nightly: ${status} ${code}: A detail. (request r-1)`);
  expect(error.problem).toMatchObject({ title: 'A title', status });
  expect(server.requests).toHaveLength(1);
});

test.each([
  [429, RateLimitError],
  [500, ServerError],
  [503, UnavailableError],
])('%i is an error after four repeats, with pauses that double', async (status, Class) => {
  server.script(...times(5, problem(status, 'internal.error')));

  const error = await errorOf(client().health());

  expect(error).toBeInstanceOf(Class);
  expect((error as ApiError).message).toContain('(after 5 attempts)');
  expect(pauses()).toEqual([500, 1_000, 2_000, 4_000]);
  expect(clock.elapsedMs).toBe(7_500);
  expect(server.requests).toHaveLength(5);
});

test('pauses grow to eight seconds, and chance takes up to a half away', async () => {
  clock = new TurnedClock({ advancesItself: true, random: 0 });
  server.script(...times(7, drop));

  const error = await errorOf(client({ maxRetries: 6 }).health());

  expect(error).toBeInstanceOf(ConnectionError);
  expect(pauses()).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000]);
});

test.each([
  ['seconds', '3', 3_500],
  ['a date', new Date(Date.UTC(2030, 0) + 10_000).toUTCString(), 10_500],
  ['a date that has passed', new Date(0).toUTCString(), 500],
  ['no time at all', '0', 500],
  ['nonsense', 'soon', 500],
  ['nothing', '', 500],
  ['an hour', '3600', 60_500],
])('Retry-After in %s', async (_what, retryAfter, pauseMs) => {
  // Dates are those of the service, whose clock needn't be this one.
  const date = new Date(Date.UTC(2030, 0)).toUTCString();
  clock = new TurnedClock({ advancesItself: true, startMs: Date.UTC(2040, 0) });
  server.script(problem(503, 'store.busy', {}, { 'retry-after': retryAfter, date }), OK);

  await client().health();

  expect(pauses()).toEqual([pauseMs]);
});

test.each(['enough', new Error('enough')])('a pause rejects with the reason of its signal: %s', async (reason) => {
  const abort = new AbortController();
  const slept = systemClock.sleep(60_000, abort.signal);
  abort.abort(reason);
  await expect(slept).rejects.toBe(reason);
  await expect(systemClock.sleep(0, abort.signal)).rejects.toBe(reason);
});

test('time goes on when the clock of the machine is set back', () => {
  const before = systemClock.now();
  const real = Date.now;
  try {
    Date.now = () => 0;
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  } finally {
    Date.now = real;
  }
});

test('no retries where none are wanted: by the client, and by the call', async () => {
  server.script(drop, drop, drop);

  await errorOf(client({ maxRetries: 0 }).health());
  await errorOf(client().health({ maxRetries: 0 }));

  expect(server.requests).toHaveLength(2);
});

test.each([
  ['HTML', text(200, '<h1>Welcome</h1>'), 'it answered with text/html'],
  ['nothing', text(200, '', {}), 'it answered with an empty body'],
  ['JSON that is no object', json(200, ['ok']), 'it answered with application/json'],
  ['null', json(200, null), 'it answered with application/json'],
])('a 200 with %s is not an answer of Muster', async (_what, act, why) => {
  server.script(act);

  const error = await errorOf(client().syncPoints.get('nightly', { version: 3 }));

  expect(error).toBeInstanceOf(ConnectionError);
  expect((error as Error).message).toBe(
    `GET /v1/sync-points/nightly?version=3: ${server.url} doesn't seem to be Muster: ${why}. ` +
      'Check the url of the client.',
  );
  expect(server.requests).toHaveLength(1);
});

test('204 is an answer without a value', async () => {
  server.script(noContent);

  const { data, response } = await client().presence.checkOut().withResponse();

  expect(data).toBeUndefined();
  expect(response.status).toBe(204);
});

test.each([301, 302, 303, 307, 308])('a %i is not followed, so the token stays here', async (status) => {
  const elsewhere = await startHostileServer();
  elsewhere.script(OK);
  server.script(text(status, '', { location: `${elsewhere.url}/v1/me` }));

  const error = await errorOf(client().whoAmI());

  expect(error).toBeInstanceOf(ConnectionError);
  expect((error as Error).message).toContain(`it redirects to ${elsewhere.url}/v1/me`);
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.stop();
});

test('where nobody listens, the message says so', async () => {
  const gone = await startHostileServer();
  await gone.stop();

  const error = await errorOf(client({ url: gone.url, maxRetries: 0 }).health());

  expect(error).toBeInstanceOf(ConnectionError);
  expect((error as Error).message).toMatch(
    /^GET \/v1\/health: no connection to http:\/\/127\.0\.0\.1:\d+, or it was lost: .*ECONNREFUSED.* \(attempt 1\)\. Does/,
  );
});

test.each([
  ['no answer', hang],
  ['an answer that stops in its body', hangInBody],
])('%s within timeout is tried again, and then a TimeoutError', async (_what, act) => {
  clock = new TurnedClock();
  server.script(act, act);
  const failing = errorOf(client({ timeout: 4_000, maxRetries: 1 }).health());

  await server.received(1);
  await clock.advance(3_999);
  expect(clock.limits).toBe(1);
  await clock.advance(1);
  await clock.sleeping();
  await clock.advance(500);
  await server.received(2);
  await clock.advance(4_000);

  const error = await failing;
  expect(error).toBeInstanceOf(TimeoutError);
  expect((error as Error).message).toBe('GET /v1/health: no answer within 4000 ms (attempt 2).');
  expect(clock.elapsedMs).toBe(8_500);
});

test('a long poll has its wait on top of timeout', async () => {
  clock = new TurnedClock();
  server.script(hang);
  const failing = errorOf(client({ maxRetries: 0 }).syncPoints.get('nightly', { wait: 20 }, { timeout: 1_000 }));

  await server.received(1);
  await clock.advance(20_999);
  expect(clock.limits).toBe(1);
  await clock.advance(1);

  expect(await failing).toBeInstanceOf(TimeoutError);
});

test('a signal that has aborted already: nothing is sent', async () => {
  server.script(OK);

  expect(await errorOf(client().health({ signal: AbortSignal.abort(new Error('enough')) }))).toMatchObject({
    message: 'enough',
  });
  expect(server.requests).toEqual([]);
});

test.each([
  ['before the answer', hang],
  ['in the middle of it', hangInBody],
])('a signal that aborts %s: the call rejects with its reason, and isn’t repeated', async (_what, act) => {
  server.script(act, OK);
  const controller = new AbortController();
  const failing = errorOf(client().health({ signal: controller.signal, maxRetries: 0 }));

  await server.received(1);
  controller.abort(new Error('enough'));

  expect(await failing).toMatchObject({ message: 'enough' });
  expect(server.requests).toHaveLength(1);
});

test('a signal that aborts in a pause', async () => {
  clock = new TurnedClock();
  server.script(drop, OK);
  const controller = new AbortController();
  const failing = errorOf(client().health({ signal: controller.signal }));

  await clock.sleeping();
  controller.abort();

  expect(await failing).toMatchObject({ name: 'AbortError' });
  expect(server.requests).toHaveLength(1);
  expect(clock.sleepers).toBe(0);
});

test('the key of the caller is sent; one that is no header is refused before', async () => {
  server.script(json(201, { id: 'sp-1' }));

  await client().syncPoints.create(POINT, { idempotencyKey: 'build-7' });
  const error = await errorOf(client().syncPoints.create(POINT, { idempotencyKey: 'build\n7' }));

  expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(['build-7']);
  expect(error).toBeInstanceOf(MusterError);
  expect((error as Error).message).toBe('idempotencyKey is "build\\n7"; it must be visible ASCII characters.');
});

test('two calls have two keys', async () => {
  server.script(...times(2, json(201, { id: 'sp-1' })));
  const muster = client();

  await muster.syncPoints.create(POINT);
  await muster.syncPoints.create(POINT);

  expect(new Set(server.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
});

test('an error tells which line has made the call', async () => {
  server.script(problem(404, 'agent.not-found', {}));

  const error = await errorOf(client().agents.get('nobody'));
  expect((error as ApiError).stack).toContain('transport.test.ts');
});

test('an error names every violation', async () => {
  const errors = [
    { pointer: '#/name', detail: 'must be a string' },
    { pointer: '#/participants/0', detail: 'must be an id' },
  ];
  server.script(problem(422, 'request.invalid', { errors }));

  const error = (await errorOf(client().syncPoints.create(POINT))) as ApiError;

  expect(error.violations).toEqual(errors);
  expect(error.message).toBe(
    'POST /v1/sync-points: 422 request.invalid: A detail.\n  #/name: must be a string\n  #/participants/0: must be an id',
  );
});

test.each([
  ['with its pointer', '#/name is required', 1, '#/name is required'],
  [
    'with its pointer, of two',
    '#/name is required (and 1 more)',
    2,
    '#/name is required (and 1 more)\n  #/colour: is odd',
  ],
  ['without', 'is required', 1, '#/name is required'],
  ['without, of two', 'is required', 2, '#/name is required\n  #/colour: is odd'],
])('an error says once what its detail tells of a violation %s', async (_how, detail, count, said) => {
  const errors = [
    { pointer: '#/name', detail: 'is required' },
    { pointer: '#/colour', detail: 'is odd' },
  ];
  server.script(problem(422, 'request.invalid', { detail, errors: errors.slice(0, count) }));

  const { message } = (await errorOf(client().syncPoints.create(POINT))) as ApiError;

  expect(message).toBe(`POST /v1/sync-points: 422 request.invalid: ${said}`);
});

test.each([
  ['of the gateway', json(403, { message: 'Forbidden' }, { 'apigw-requestid': 'g-1' }), '403 Forbidden (request g-1)'],
  ['in HTML', text(404, '<h1>Not found</h1>', { 'x-request-id': 'p-1' }), '404 no problem document (request p-1)'],
  ['with members of other types', json(400, { code: 7, detail: {}, errors: { a: 1 } }), '400 no problem document'],
  ['that is no object', json(400, [1]), '400 no problem document'],
])('an error %s is one of the API, too', async (_what, act, said) => {
  server.script(act);

  const error = (await errorOf(client().whoAmI())) as ApiError;

  expect(error.message).toBe(`GET /v1/me: ${said}`);
  expect(error).toMatchObject({ code: undefined, violations: [] });
});

test('withResponse has status, headers, request id and attempts', async () => {
  server.script(drop, json(200, { status: 'ok' }, { 'x-request-id': 'r-9', 'x-more': 'yes' }));

  const { data, response } = await client().health().withResponse();

  expect(data).toEqual({ status: 'ok' });
  expect(response).toMatchObject({ status: 200, requestId: 'r-9', attempts: 2 });
  expect(response.headers.get('x-more')).toBe('yes');
});

test('the log tells of answers and repeats, by method and path alone', async () => {
  server.script(problem(503, 'store.busy'), OK);

  await client().health();

  expect(logged).toEqual([
    {
      message: 'Muster is asked again',
      fields: {
        asked: 'GET /v1/health',
        attempts: 1,
        pauseMs: 500,
        reason: 'GET /v1/health: 503 store.busy: A detail.',
      },
    },
    { message: 'Muster answered', fields: { asked: 'GET /v1/health', status: 200, attempts: 2 } },
  ]);
});

const pageOf = (numbers: readonly number[], nextCursor: string | null): Act =>
  json(200, { items: numbers.map((id) => ({ id: String(id) })), nextCursor });

test('a list is looped over, over pages and empty ones, each retried by itself', async () => {
  server.script(pageOf([1, 2], 'a/b'), drop, pageOf([], 'c'), pageOf([3], null));

  const ids: string[] = [];
  for await (const { id } of client().inbox.list({ unacknowledged: true, wait: 5 })) ids.push(id);

  expect(ids).toEqual(['1', '2', '3']);
  expect(server.requests.map(({ path }) => path)).toEqual([
    '/v1/inbox?unacknowledged=true&wait=5',
    '/v1/inbox?unacknowledged=true&cursor=a%2Fb',
    '/v1/inbox?unacknowledged=true&cursor=a%2Fb',
    '/v1/inbox?unacknowledged=true&cursor=c',
  ]);
});

test('a list that is awaited is its first page', async () => {
  server.script(pageOf([1, 2], 'a'));

  const page = await client().events.list({ limit: 2, type: ['AGENT_FAILED', 'AGENT_LOST'] });

  expect(page).toEqual({ items: [{ id: '1' }, { id: '2' }], nextCursor: 'a' });
  expect(server.requests[0]?.path).toBe('/v1/events?limit=2&type=AGENT_FAILED&type=AGENT_LOST');
});

test.each([
  [{ limit: 3 }, ['1', '2', '3'], 2],
  [{ limit: 2 }, ['1', '2'], 1],
  [{ limit: 0 }, [], 0],
  [undefined, ['1', '2', '3', '4', '5'], 3],
])('toArray(%j) reads no more pages than it needs', async (limit, ids, requests) => {
  server.script(pageOf([1, 2], 'a'), pageOf([3, 4], 'b'), pageOf([5], null));

  expect((await client().events.list().toArray(limit)).map(({ id }) => id)).toEqual(ids);
  expect(server.requests).toHaveLength(requests);
});

test('pages() gives page after page', async () => {
  server.script(pageOf([1], 'a'), pageOf([], null));

  const sizes: number[] = [];
  for await (const { items } of client().messages.list().pages()) sizes.push(items.length);

  expect(sizes).toEqual([1, 0]);
});

test.each(['', '.', '..'])('an id %j would lead to another operation, and is refused', async (id) => {
  server.script(OK);

  expect(await errorOf(client().syncPoints.get(id))).toMatchObject({
    name: 'MusterError',
    message: `id is ${JSON.stringify(id)}; it must be an id, like "nightly".`,
  });
  expect(server.requests).toEqual([]);
});

test('an id is sent as one segment of the path', async () => {
  server.script(OK);

  await client().syncPoints.get('../a b?c#d');

  expect(server.requests[0]?.path).toBe('/v1/sync-points/..%2Fa%20b%3Fc%23d');
});

test('a url with a path keeps it, with or without a slash at its end', async () => {
  server.script(OK, OK);

  await client({ url: `${server.url}/muster` }).health();
  await client({ url: `${server.url}/muster/` }).health();

  expect(server.requests.map(({ path }) => path)).toEqual(['/muster/v1/health', '/muster/v1/health']);
  expect(logged.map(({ fields }) => fields['asked'])).toEqual(['GET /v1/health', 'GET /v1/health']);
});

test.each([
  ['nonsense', /^The url is "nonsense"; it must begin with http/],
  ['ftp://a', /must begin with http/],
  ['https://a/?b=c', /have no query/],
  ['https://agent:secret@a/?b=c', /^The url holds a user name or a password; pass the token/],
])('the url %s is refused', (url, message) => {
  expect(() => client({ url })).toThrow(message);
  expect(() => client({ url })).toThrow(MusterError);
});

test.each([`${TOKEN}\n`, `${TOKEN}é`, ''])('the token %j is refused, and not shown', (token) => {
  let message = '';
  try {
    client({ token });
  } catch (error) {
    message = (error as MusterError).message;
  }

  expect(message).toMatch(/^The token has \d+ characters/);
  expect(message).not.toContain(TOKEN);
});

test('url and token are those of the environment, unless they are given', async () => {
  const { MUSTER_URL, MUSTER_TOKEN } = process.env;
  try {
    process.env['MUSTER_URL'] = server.url;
    process.env['MUSTER_TOKEN'] = 'of-the-environment';
    server.script(OK, OK, OK);
    await new Muster().health();
    await new Muster({ token: 'given' }).health();
    await new Muster({ token: null }).health();
    delete process.env['MUSTER_URL'];
    delete process.env['MUSTER_TOKEN'];
    expect(() => new Muster()).toThrow('There is no url: pass { url } or set MUSTER_URL.');

    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer of-the-environment',
      'Bearer given',
      undefined,
    ]);
  } finally {
    if (MUSTER_URL !== undefined) process.env['MUSTER_URL'] = MUSTER_URL;
    if (MUSTER_TOKEN !== undefined) process.env['MUSTER_TOKEN'] = MUSTER_TOKEN;
  }
});

test('without a token no header is sent', async () => {
  server.script(OK);

  await new Muster({ url: server.url }).health();

  expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
});
