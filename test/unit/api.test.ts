import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bearerTokenOf } from '../../lib/http/bearer-token';
import { allowedMethods } from '../../lib/http/allowed-methods';
import { decodeCursor, encodeCursor } from '../../lib/table/cursor';
import { problemOf } from '../../lib/http/problem';
import { asMusterError } from '../../lib/http/thrown-error';
import { nestingDepth } from '../../lib/http/json-body';
import { errorsPage } from '../../lib/http/pages';
import { explainedErrors } from '../../lib/common/error-explanations';
import { type GatewayProblem, problem } from '../../laptop/http-api/gateway-problem';
import { apiRoutes, operationRoutes } from '../../infra/routes';
import { llmsText } from '../../lib/http/llms';
import { canonicalTime } from '../../lib/http/schemas';
import { MusterError } from '../../lib/common/errors';
import { requestHash } from '../../lib/common/hash';
import document from '../../openapi.json' with { type: 'json' };

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return error instanceof MusterError ? `${error.code} ${error.violations[0]?.pointer ?? ''}` : String(error);
  }
};

/** Ours but for the type of the position. */
function cursorWithNumber(cursor: string): string {
  const [scope] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string];
  return Buffer.from(JSON.stringify([scope, 1])).toString('base64url');
}

describe('a cursor', () => {
  test('comes back for its own list', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (position, scope) => {
        expect(decodeCursor(scope, encodeCursor(scope, position))).toBe(position);
      }),
    );
    expect(decodeCursor('list', undefined)).toBeUndefined();
  });

  test.each([
    '',
    'x',
    '%%%',
    encodeCursor('another list', 'a'),
    Buffer.from('["a"]').toString('base64url'),
    Buffer.from('{}').toString('base64url'),
    Buffer.from('null').toString('base64url'),
    cursorWithNumber(encodeCursor('list', 'a')),
  ])('that is none, or of another list, is refused: %s', (cursor) => {
    expect(codeOf(() => decodeCursor('list', cursor))).toBe('request.invalid #/cursor');
  });
});

describe('the hash of a request', () => {
  test('does not depend on the order of keys, but on everything else', () => {
    expect(requestHash({ a: 1, b: { c: [1, 2], d: null } })).toBe(requestHash({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(requestHash({ a: undefined, b: 1 })).toBe(requestHash({ b: 1 }));
    const others = [{ a: [1, 2] }, { a: [2, 1] }, { a: ['1', 2] }, { a: { 0: 1, 1: 2 } }, { a: null }, {}];
    expect(new Set(others.map(requestHash)).size).toBe(others.length);
  });
});

test.each([
  ['{}', 1],
  ['1', 0],
  ['"[[["', 0],
  ['"\\"[[["', 0],
  ['"\\\\",[[', 2],
  ['{"a":[{"b":[]}],"c":[]}', 4],
])('the depth of %s is %i', (json, depth) => {
  expect(nestingDepth(json)).toBe(depth);
});

test('the depth of nesting is what recursion would find', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(nestingDepth(JSON.stringify(value))).toBe(depthOf(JSON.parse(JSON.stringify(value))));
    }),
  );
});

test('the allowed methods of a path come from its template', () => {
  const paths = {
    '/v1/sync-points': { get: {}, post: {} },
    '/v1/sync-points/{id}': { get: {}, patch: {} },
    '/': { get: {} },
  };
  expect(allowedMethods(paths, '/v1/sync-points')).toEqual(['GET', 'POST']);
  expect(allowedMethods(paths, '/v1/sync-points/x')).toEqual(['GET', 'PATCH']);
  expect(allowedMethods(paths, '/')).toEqual(['GET']);
  for (const path of ['/v1/sync-points/', '/v1/sync-points/x/y', '/v1', '//'])
    expect(allowedMethods(paths, path)).toEqual([]);
});

test('the text for language models has each operation once, and links to what there is', () => {
  const text = llmsText(document);
  for (const path of ['/v1/sync-points', '/v1/progress-trackers']) {
    expect(text).toMatch(
      new RegExp(`^- \`GET ${path}\`: List the caller's .*; with all=true, which is for admins, `, 'm'),
    );
  }
  const listed = [...text.matchAll(/^- `(.*?)`: \S/gm)].map(([, operation]) => operation);
  expect(listed.sort()).toEqual(operationRoutes.map(({ method, path }) => `${method} ${path}`).sort());
  const links = [...text.matchAll(/\]\((\/.*?)\)/g)].map(
    ([, link = '']) => `GET ${link.replace(/[\w-]+\.md$/, '{file}')}`,
  );
  const served = apiRoutes.map(({ method, path }) => `${method} ${path}`);
  expect(links.filter((link) => !served.includes(link))).toEqual([]);
  const named = [...text.matchAll(/`((?:GET|POST) [^`?]*)/g)].map(([, operation = '']) =>
    operation.replace('/nightly', '/{id}'),
  );
  expect(named.filter((operation) => !listed.includes(operation))).toEqual([]);
});

test('only the service’s own pages are public', () => {
  const open = operationRoutes.filter((route) => route.public).map((route) => `${route.method} ${route.path}`);
  expect(new Set(open)).toEqual(new Set(['GET /v1/health', 'GET /openapi.json', 'GET /docs/errors', 'GET /llms.txt']));
});

describe('the page of errors', () => {
  const { service, gateway } = explainedErrors();
  const page = errorsPage({ service, gateway });
  /** The compiler keeps this list complete. */
  const ofGateway: Record<GatewayProblem, true> = {
    'auth.no-token': true,
    'auth.refused': true,
    'request.invalid-url': true,
    'request.too-large': true,
    'route.not-found': true,
    'internal.error': true,
    'gateway.unavailable': true,
  };

  test('explains every code once, under the fragment that is the type of its problem', () => {
    const codes = [...service, ...gateway].map(({ code }) => code);

    expect(new Set(codes).size).toBe(codes.length);
    expect([...page.matchAll(/ id="(.*?)"/g)].map(([, id]) => id)).toEqual(codes);
    expect(problemOf(new MusterError('store.busy', 'x'), '/', undefined).type).toBe('/docs/errors#store.busy');
    expect(page).not.toContain('`');
  });

  test.each(Object.keys(ofGateway) as GatewayProblem[])('%s has the same status and title at the gateway', (code) => {
    const explained = [...service, ...gateway].find((candidate) => candidate.code === code);
    const { body } = problem(code, 'detail', '/');

    expect(JSON.parse(String(body))).toMatchObject({
      type: `/docs/errors#${code}`,
      status: explained?.status,
      title: explained?.title,
    });
  });
});

test('every time that is accepted is shown in UTC with milliseconds, and is the same time', () => {
  const text = fc
    .tuple(
      fc.date({ noInvalidDate: true }),
      fc.constantFrom('Z', '+02:00', '-23:59', '+24:00', '', 'z', '+0200', '[UTC]'),
      fc.constantFrom('.000', '', '.1', '.123456789', ',5'),
    )
    .map(([date, zone, fraction]) => date.toISOString().slice(0, -5) + fraction + zone);
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (value) => {
      const time = canonicalTime(value);
      fc.pre(time !== null);
      expect(time).toBe(new Date(value.toUpperCase()).toISOString());
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['2027-03-01T12:00:00Z', '2027-03-01T12:00:00.000Z'],
  ['2027-03-01t12:00:00.5z', '2027-03-01T12:00:00.500Z'],
  ['2027-03-01T12:00:00+02:00', '2027-03-01T10:00:00.000Z'],
  // A leap second, which ends the last minute of a day in UTC.
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
  ['2016-12-31T23:59:60.25Z', '2017-01-01T00:00:00.250Z'],
  ['2017-01-01T00:59:60+01:00', '2017-01-01T00:00:00.000Z'],
  ['2016-12-31T22:59:60Z', null],
  ['2016-12-31T23:58:60Z', null],
  ['2016-12-31T23:59:61Z', null],
  ['2027-02-29T00:00:00Z', null],
  ['2027-01-01T24:00:00Z', null],
  ['2027-01-01T00:00:00', null],
  ['2027-01-01 00:00:00Z', null],
])('the time %s is %s', (text, time) => {
  expect(canonicalTime(text)).toBe(time);
});

describe('errors of the store', () => {
  const cancelled = (...codes: string[]) =>
    new TransactionCanceledException({
      message: 'secret',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    });

  test.each([
    Object.assign(new Error('secret'), { name: 'ThrottlingException' }),
    Object.assign(new Error('secret'), { name: 'ProvisionedThroughputExceededException' }),
    Object.assign(new Error('secret'), { name: 'TimeoutError', code: 'ECONNRESET' }),
    // Within the answer: the SDK neither repeats it nor gives it a name.
    Object.assign(new Error('secret'), { code: 'ECONNRESET' }),
    cancelled('None', 'ThrottlingError'),
    cancelled('ProvisionedThroughputExceeded'),
    cancelled('TransactionConflict', 'None'),
  ])('that pass by themselves are 503 with Retry-After: %s', (error) => {
    const mapped = asMusterError(error);
    expect([mapped.status, mapped.code, mapped.headers['retry-after']]).toEqual([503, 'store.busy', '1']);
    expect(JSON.stringify(problemOf(mapped, '/x', 'r'))).not.toContain('secret');
  });

  test('that nobody expects are 500 and say nothing of their cause', () => {
    for (const error of [new Error('secret'), 'secret', cancelled('ValidationError'), null]) {
      const mapped = asMusterError(error);
      expect(mapped.status).toBe(500);
      expect(JSON.stringify(problemOf(mapped, '/x', 'r'))).not.toContain('secret');
    }
  });
});

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Bearer', null],
  ['Bearer a b', null],
  ['Basic abc', null],
  ['abc', null],
  ['Bearer ü', null],
  [undefined, null],
])('the token of "%s" is %s', (authorization, token) => {
  expect(bearerTokenOf(authorization)).toBe(token);
});
