import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../http-api/authorizer';
import { createRouteFinder } from '../http-api/routes';
import { listenForHttpApi } from '../http-api/server';
import { FunctionError, type Functions } from '../lambda/functions';
import type { AuthorizerModel } from '../template/http-api-model';
import type { FunctionEvent, GatewayRequest } from '../http-api/request-event';

const authorizer: AuthorizerModel = {
  functionName: 'authorize',
  identitySources: ['$request.header.Authorization'],
  cacheMs: 5_000,
};
const pointRoute = { routeKey: 'GET /v1/points/{id}', functionName: 'serve', authorizer };
const createRoute = { routeKey: 'POST /v1/points', functionName: 'serve', authorizer };
const routes = [
  pointRoute,
  createRoute,
  { routeKey: 'GET /v1/points/new', functionName: 'new' },
  { routeKey: '$default', functionName: 'fallback' },
];

let calls: { readonly name: string; readonly event: FunctionEvent }[] = [];
let answer: (name: string, event: FunctionEvent) => unknown;
const functions: Functions = {
  has: () => true,
  invoke: async (name, event) => {
    calls.push({ name, event: event as FunctionEvent });
    return await answer(name, event as FunctionEvent);
  },
};

beforeEach(() => {
  calls = [];
  answer = (name) =>
    name === 'authorize'
      ? { isAuthorized: true, context: { agentId: 'a' } }
      : { statusCode: 201, headers: { 'X-Made': 'yes' }, cookies: ['a=1', 'b=2'], body: 'ok' };
});

describe('routes', () => {
  const find = createRouteFinder(routes);

  test.each([
    ['GET', '/v1/points/new', 'GET /v1/points/new', undefined],
    ['GET', '/v1/points/7', 'GET /v1/points/{id}', { id: '7' }],
    ['GET', '/v1/points/', '$default', undefined],
    ['GET', '/v1/points/7/more', '$default', undefined],
    ['DELETE', '/v1/points/7', '$default', undefined],
  ])('%s %s goes to %s', (method, path, routeKey, pathParameters) => {
    const match = find(method, path);
    expect(match?.route.routeKey).toBe(routeKey);
    expect(match?.pathParameters).toEqual(pathParameters);
  });
});

test.each(['ANY /a', 'GET /a/{proxy+}', 'a'])('the route key %s is refused', (routeKey) => {
  expect(() => createRouteFinder([{ routeKey, functionName: 'serve' }])).toThrow(`The route key '${routeKey}' is not`);
});

describe('the authorizer', () => {
  const request = (token?: string) =>
    ({
      headers: token === undefined ? {} : { authorization: token },
      path: '/',
      rawQueryString: '',
      method: 'GET',
      cookies: [],
      receivedAt: new Date(),
    }) as unknown as GatewayRequest;
  const [match, other] = [{ route: pointRoute }, { route: createRoute }];

  test('is called once per identity for all routes until the cache entry expires', async () => {
    let now = 0;
    const ask = createAuthorizer(authorizer, functions, () => now);
    await Promise.all([ask(request('a'), match), ask(request('a'), other)]);
    expect(calls).toHaveLength(1);
    await ask(request('b'), match);
    expect(calls).toHaveLength(2);
    now = 5_001;
    await ask(request('a'), match);
    expect(calls).toHaveLength(3);
  });

  test('is not called without an identity, and its failures are not cached', async () => {
    const ask = createAuthorizer(authorizer, functions);
    expect(await ask(request(), match)).toEqual({ outcome: 'no identity' });
    expect(calls).toHaveLength(0);
    answer = () => {
      throw new FunctionError('authorize', 'Error', 'down');
    };
    await expect(ask(request('a'), match)).rejects.toThrow('down');
    answer = () => ({ isAuthorized: false });
    expect(await ask(request('a'), match)).toEqual({ outcome: 'refused' });
  });

  test('is called every time when the cache is off', async () => {
    const ask = createAuthorizer({ ...authorizer, cacheMs: 0 }, functions);
    await ask(request('a'), match);
    await ask(request('a'), match);
    expect(calls).toHaveLength(2);
  });
});

describe('the gateway over HTTP', () => {
  const started = listenForHttpApi(0).then((server) => {
    server.serve({
      api: { routes },
      functions,
      onWrite: () => undefined,
      warn: () => undefined,
      redactPath: (path) => path,
      integrationLimitMs: 200,
    });
    return server;
  });
  afterAll(async () => {
    await (await started).stop(100);
  });
  const send = async (path: string, init: RequestInit = {}) => await fetch(`${(await started).url}${path}`, init);
  const withToken = { authorization: 'Bearer x' };

  test('calls the function with payload format 2.0 and sends the response that it returns', async () => {
    const response = await send('/v1/points/a%20b?x=1&x=2&y=%2F', {
      headers: { ...withToken, Cookie: 'c=1; d=2', 'X-Thing': 'V' },
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-made')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('ok');
    const event = calls.at(-1)?.event;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /v1/points/{id}',
      rawPath: '/v1/points/a b',
      rawQueryString: 'x=1&x=2&y=%2F',
      queryStringParameters: { x: '1,2', y: '/' },
      pathParameters: { id: 'a b' },
      cookies: ['c=1', 'd=2'],
      isBase64Encoded: false,
      requestContext: {
        stage: '$default',
        http: { method: 'GET', path: '/v1/points/a b' },
        authorizer: { lambda: { agentId: 'a' } },
      },
    });
    expect(event?.headers).toMatchObject({ 'x-thing': 'V', authorization: 'Bearer x' });
    expect(event?.headers).not.toHaveProperty('cookie');
    expect(event).not.toHaveProperty('body');
  });

  test.each([
    ['application/json', '{"ä":1}', false],
    ['application/merge-patch+json', '{}', false],
    ['application/octet-stream', 'x', true],
    ['application/x-www-form-urlencoded', 'a=b', true],
  ])('a body of type %s reaches the function as text unless it is binary', async (type, body, isBase64Encoded) => {
    await send('/v1/points', { method: 'POST', headers: { ...withToken, 'content-type': type }, body });
    const event = calls.at(-1)?.event;
    expect(event?.isBase64Encoded).toBe(isBase64Encoded);
    expect(event?.body).toBe(isBase64Encoded ? Buffer.from(body).toString('base64') : body);
  });

  test.each([
    ['no token', '/v1/points/7', {}, 401, 'auth.no-token'],
    ['a path that is not encoded properly', '/v1/points/%zz', {}, 400, 'request.invalid-url'],
    ['more than 10 MB', '/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) }, 413, 'request.too-large'],
  ])('%s: the gateway responds without calling the function', async (_name, path, init, status, code) => {
    const response = await send(path, init);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
    expect(calls).toHaveLength(0);
  });

  test('a body of more than 10 MB without a content length is refused', async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    let left = 11;
    const body = new ReadableStream({
      pull: (controller) => {
        left -= 1;
        if (left >= 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const response = await send('/x', { method: 'POST', body, duplex: 'half' });
    expect(response.status).toBe(413);
  });

  test.each([
    ['throws', () => Promise.reject(new Error('secret')), 500],
    ['returns a malformed response', () => ({ statusCode: 'x' }), 500],
    ['returns no status code', () => ({ hello: 1 }), 500],
    ['takes longer than the gateway waits', () => new Promise(() => undefined), 503],
  ])('a function that %s: the response does not reveal the error', async (_name, result, status) => {
    answer = result;
    const response = await send('/anything');
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('secret');
  });

  test('a base64 response body is decoded', async () => {
    answer = () => ({ statusCode: 200, isBase64Encoded: true, body: Buffer.from('ä').toString('base64') });
    expect(await (await send('/anything')).text()).toBe('ä');
  });

  test('the gateway responds 403 when the authorizer refuses', async () => {
    answer = () => ({ isAuthorized: false });
    expect((await send('/v1/points/7', { headers: { authorization: 'Bearer other' } })).status).toBe(403);
  });
});
