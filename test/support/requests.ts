/** Requests drawn from the OpenAPI document: as it has them, and broken in every way that a request can be. */
import fc from 'fast-check';
import type { Operation, Parameter, Schema } from './openapi';
import { resolve } from './openapi';

/** As it goes over the wire; `path` is encoded and has the query. */
export interface DrawnRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** undefined: no body. */
  readonly text: string | undefined;
}

/** Ids of things that there are, by the name of a parameter or a member of the body. */
export type KnownIds = Readonly<Record<string, readonly string[]>>;

/** What a request is put together from, so that one part at a time can be broken. */
interface Parts {
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const MINUTE_MS = 60_000;
/** Of the 366 days that a deadline may lie ahead. */
const FURTHEST_MS = 365 * 24 * 60 * MINUTE_MS;

/** Longer waits are allowed, and are what long-poll tests are about. */
const WAITS = ['0', '0.05', '1e-2'];

const text = (maximum: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', minLength: 1, maxLength: Math.min(maximum, 40) });

/** A value that the schema takes. */
function valueOf(schema: Schema, known: KnownIds, name = ''): fc.Arbitrary<unknown> {
  const { type, enum: allowed, format, pattern, items, properties, required = [], anyOf } = resolve(schema);
  const { minimum, maximum, minItems = 0, maxItems = 100, maxLength = 100, additionalProperties } = resolve(schema);
  if (allowed !== undefined) return fc.constantFrom(...allowed);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => valueOf(one, known, name)));
  if (format === 'date-time') {
    return fc
      .record({ aheadMs: fc.integer({ min: 10 * MINUTE_MS, max: FURTHEST_MS }), cut: fc.constantFrom(19, 21, 23) })
      .map(({ aheadMs, cut }) => `${new Date(Date.now() + aheadMs).toISOString().slice(0, cut)}Z`);
  }
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return pattern === undefined ? text(maxLength) : identifier(resolve(schema), known, name);
    case 'integer':
    case 'number':
      // Often as small as may be: some must also be at most another number.
      return fc.oneof(
        fc.integer({ min: minimum ?? 0, max: maximum ?? 1_000 }),
        fc.integer({ min: minimum ?? 0, max: (minimum ?? 0) + 1 }),
      );
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.uniqueArray(valueOf(items ?? {}, known, name), {
        minLength: minItems,
        maxLength: Math.min(maxItems, minItems + 4),
      });
    case 'object': {
      const members = Object.entries(properties ?? {}).map(
        ([member, of]) => [member, valueOf(of, known, member)] as const,
      );
      const named = fc.record(Object.fromEntries(members), { requiredKeys: [...required] });
      if (additionalProperties === false) return named;
      return fc.tuple(fc.dictionary(text(20), fc.jsonValue(), { maxKeys: 3 }), named).map(([free, fixed]) => ({
        ...free,
        ...(fixed as object),
      }));
    }
    default:
      return fc.jsonValue();
  }
}

/** One of those that there are, or a new one. */
function identifier(
  { pattern = '', minLength = 0, maxLength = 64, not }: Schema,
  known: KnownIds,
  name: string,
): fc.Arbitrary<string> {
  const fresh = fc
    .stringMatching(new RegExp(pattern, 'u'))
    .filter((id) => id.length >= minLength && id.length <= maxLength && !(not?.enum ?? []).includes(id));
  const existing = known[name] ?? [];
  return existing.length === 0 ? fresh : fc.oneof(fc.constantFrom(...existing), fresh);
}

const of = (operation: Operation, place: Parameter['in']): Parameter[] =>
  operation.parameters.filter((parameter) => parameter.in === place);

/** Only what there is, in the path; in queries and headers all that the document allows, but no long waits. */
function validParts(operation: Operation, known: KnownIds): fc.Arbitrary<Parts> {
  const path = of(operation, 'path').map(({ name }) => [name, fc.constantFrom(...(known[name] ?? ['none']))] as const);
  /** One text, or none; several of what may be repeated. */
  const texts = (parameter: Parameter): fc.Arbitrary<string[]> =>
    fc
      .option(
        parameter.name === 'wait' ? fc.constantFrom(...WAITS) : valueOf(parameter.schema, known, parameter.name),
        {
          nil: [],
        },
      )
      .map((value) => [value].flat().map(String));
  // A cursor comes from an answer; any other is a forged one.
  const query = of(operation, 'query').filter(({ name }) => name !== 'cursor');
  return fc.record({
    method: fc.constant(operation.method),
    path: fc.record(Object.fromEntries(path)),
    query: fc
      .tuple(...query.map(texts))
      .map((values) => query.flatMap(({ name }, index) => (values[index] ?? []).map((text) => [name, text] as const))),
    headers: fc
      .tuple(...of(operation, 'header').map(texts))
      .map((values) =>
        Object.fromEntries(
          of(operation, 'header').flatMap(({ name }, index) => (values[index] ?? []).map((text) => [name, text])),
        ),
      ),
    body: operation.body === undefined ? fc.constant(undefined) : valueOf(operation.body.schema, known),
  });
}

function assemble(operation: Operation, { method, path, query, headers, body }: Parts): DrawnRequest {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = query.map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`).join('&');
  return {
    method,
    path: search === '' ? filled : `${filled}?${search}`,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    text: body === undefined ? undefined : JSON.stringify(body),
  };
}

/** A lone surrogate has no encoding. */
const encodeText = (value: string): string => encodeURIComponent(value.toWellFormed());

export const validRequest = (operation: Operation, known: KnownIds): fc.Arbitrary<DrawnRequest> =>
  validParts(operation, known).map((parts) => assemble(operation, parts));

const long = (length: number): string => 'x'.repeat(length);

/** Names that mean something to JavaScript, to the table's keys, to a path or to a log. */
const ODD_TEXTS = [
  '',
  ' ',
  '.',
  '..',
  '../..',
  'a/b',
  'a#b',
  'a?b=c',
  'a%23b',
  '%2e%2e',
  '%00',
  'SP#',
  'SP#a',
  'PT#a#01',
  'AGENT#a',
  'INBOX#a',
  'TOKEN#a',
  'MEMBER#a',
  'KEY#a',
  'EVENT#0000000000000#',
  'MESSAGE#9999999999999#',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'system',
  'muster:operator',
  'null',
  'undefined',
  'NaN',
  'Infinity',
  '-0',
  '0x10',
  '1e400',
  '00',
  '-1',
  '1.5',
  '99999999999999999999',
  'true',
  '\u0000',
  '\n',
  '\r\nx: y',
  '\ud800',
  '\udc00\ud800',
  '\ufeff',
  '\ufffe',
  '\u202e',
  '💥',
  'é',
  '2020-01-01T00:00:00Z',
  '2031-02-30T00:00:00Z',
  '9999-12-31T23:59:59.999+14:00',
  '0000-01-01T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  'tomorrow',
  'Bearer x',
  '${jndi:x}',
  "' OR 1=1 --",
  long(65),
  long(201),
  long(2_001),
] as const;

const oddText = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 100 }),
  loneSurrogates(),
);

function loneSurrogates(): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { minLength: 1, maxLength: 5 })
    .map((units) => String.fromCharCode(...units));
}

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** JSON that a member may be replaced by, written out: not all of it comes from a value. */
const oddJson: fc.Arbitrary<string> = fc.oneof(
  oddText.map((value) => JSON.stringify(value)),
  fc.json(),
  fc.constantFrom('null', 'true', 'false', '0', '-0', '-1', '1.5', '1e400', '-1e400', '1e-400', '9007199254740993'),
  fc.constantFrom('1000000001', `1${'0'.repeat(400)}`, '[]', '{}', '[null]', '{"__proto__":{"a":1}}', '{"":0}'),
  fc.constantFrom('{"a":1,"a":2}', '{"constructor":{"prototype":{"a":1}}}', '{"toJSON":1,"length":-1}'),
  fc.constantFrom(nested(50), nested(100), nested(101), nested(5_000), JSON.stringify(long(70_000))),
);

/** The members of an object in JSON, each as a text that can be replaced. */
const membersOf = (body: unknown): [string, string][] =>
  typeof body === 'object' && body !== null
    ? Object.entries(body).map(([name, value]) => [name, JSON.stringify(value)])
    : [];

const objectText = (members: readonly (readonly [string, string])[]): string =>
  `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;

type Breakage = (request: DrawnRequest, parts: Parts, operation: Operation) => DrawnRequest;

const withText = (request: DrawnRequest, body: string): DrawnRequest => ({
  ...request,
  text: body,
  headers: { 'content-type': 'application/json', ...request.headers },
});

const withQuery = (request: DrawnRequest, more: string): DrawnRequest => ({
  ...request,
  path: `${request.path}${request.path.includes('?') ? '&' : '?'}${more}`,
});

const withHeader = (request: DrawnRequest, name: string, value: string): DrawnRequest => ({
  ...request,
  headers: { ...request.headers, [name]: value },
});

/** A header's value has no line breaks, and each character is a byte. */
const headerText = fc.oneof(
  fc.constantFrom('', ' ', ',', 'a,b', ';', '"', '*/*;q=x', '\u00ff', long(300), long(4_000), '00-0-0-0', 'é'),
  fc.string({ unit: 'binary', maxLength: 60 }).map((value) => value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim()),
);

/** In the body: a member with another value, missing, twice or too much; or something else instead of it all. */
const brokenBody: fc.Arbitrary<Breakage> = fc.oneof(
  fc
    .tuple(fc.nat(20), oddJson, fc.constantFrom('replace', 'remove', 'add', 'repeat'))
    .map(([index, json, how]): Breakage => (request, { body }, operation) => {
      const names = Object.keys(resolve(operation.body?.schema ?? {}).properties ?? {});
      const name = names[index % Math.max(names.length, 1)] ?? 'data';
      const others = membersOf(body).filter(([other]) => other !== name || how === 'repeat');
      if (how === 'remove') return withText(request, objectText(others));
      if (how === 'add') return withText(request, objectText([...membersOf(body), [json.slice(0, 40), '1']]));
      return withText(request, objectText([...others, [name, json]]));
    }),
  oddText.map(
    (name): Breakage =>
      (request, { body }) =>
        withText(request, objectText([...membersOf(body), [name, '1']])),
  ),
  oddJson.map(
    (json): Breakage =>
      (request) =>
        withText(request, json),
  ),
  fc
    .constantFrom(
      '',
      ' ',
      '{',
      '}',
      '{"a":}',
      "{'a':1}",
      '[1,]',
      'NaN',
      '\ufeff{}',
      '{}{}',
      '"\u0000"',
      '\u0000',
      '<a/>',
      'a=b',
    )
    .map(
      (garbage): Breakage =>
        (request) =>
          withText(request, garbage),
    ),
  fc.nat(200).map(
    (at): Breakage =>
      (request) =>
        request.text === undefined ? request : withText(request, request.text.slice(0, at)),
  ),
);

const brokenQuery: fc.Arbitrary<Breakage> = fc.oneof(
  fc.tuple(fc.nat(20), oddText).map(([index, value]): Breakage => (request, _parts, operation) => {
    const names = of(operation, 'query').map(({ name }) => name);
    // Not more than a moment.
    if (names[index % Math.max(names.length, 1)] === 'wait' && Number(value) > 1 && Number(value) <= 20) return request;
    return withQuery(request, `${names[index % Math.max(names.length, 1)] ?? 'x'}=${encodeText(value)}`);
  }),
  oddText.map(
    (name): Breakage =>
      (request) =>
        withQuery(request, `${encodeText(name)}=1`),
  ),
  fc
    .constantFrom(
      '%',
      '%zz',
      '%ED%A0%80=1',
      '=',
      '&',
      '&&&',
      '=1',
      'limit',
      'limit=',
      'limit[]=1',
      'limit=1&limit=2',
      'a=%00',
      '+',
      '?',
      '#',
      'cursor=e30',
      'cursor=WyIiLCIiXQ',
      `cursor=${long(3_000)}`,
      'limit=%31',
      'LIMIT=1',
      '__proto__[a]=1',
    )
    .map(
      (query): Breakage =>
        (request) =>
          withQuery(request, query),
    ),
);

const brokenPath: fc.Arbitrary<Breakage> = fc
  .tuple(fc.nat(3), oddText, fc.constantFrom('replace', 'append', 'raw'))
  .map(([index, value, how]): Breakage => (request, parts, operation) => {
    const names = Object.keys(parts.path);
    const name = names[index % Math.max(names.length, 1)];
    if (name === undefined)
      return { ...request, path: `${request.path}${how === 'raw' ? '%zz' : `/${encodeText(value)}`}` };
    const known = parts.path[name] ?? '';
    const id = how === 'replace' ? value : `${known}${value}`;
    const drawn = assemble(operation, { ...parts, path: { ...parts.path, [name]: id.toWellFormed() } });
    return how === 'raw' ? { ...drawn, path: drawn.path.replace(known, `${known}%`) } : drawn;
  });

const brokenHeader: fc.Arbitrary<Breakage> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'idempotency-key',
        'traceparent',
        'tracestate',
        'accept',
        'cookie',
        'origin',
        'x-forwarded-for',
        'x-http-method-override',
        'accept-encoding',
        'if-match',
        'range',
        'content-language',
      ),
      headerText,
    )
    .map(
      ([name, value]): Breakage =>
        (request) =>
          withHeader(request, name, value),
    ),
  fc
    .constantFrom(
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      'application/problem+json',
      'APPLICATION/JSON',
      'application/json, text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
      'image/png',
      '',
      'json',
      'application/jsonp',
    )
    .map((type): Breakage => (request) => ({
      ...withHeader(request, 'content-type', type),
      text: request.text ?? (request.method === 'GET' ? undefined : '{}'),
    })),
  fc.constantFrom('gzip', 'identity', 'x').map(
    (coding): Breakage =>
      (request) =>
        withHeader(request, 'content-encoding', coding),
  ),
);

const brokenMethod: fc.Arbitrary<Breakage> = fc
  .constantFrom('PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH', 'POST', 'PROPFIND', 'QUERY', 'LINK')
  .map((method): Breakage => (request) => ({ ...request, method, ...(method === 'HEAD' && { text: undefined }) }));

/** One part, or two, of a valid request broken. */
export function brokenRequest(operation: Operation, known: KnownIds): fc.Arbitrary<DrawnRequest> {
  const breakage = fc.oneof(
    ...(operation.body === undefined ? [] : [{ weight: 6, arbitrary: brokenBody }]),
    { weight: operation.body === undefined ? 3 : 1, arbitrary: brokenQuery },
    { weight: 2, arbitrary: brokenPath },
    { weight: 1, arbitrary: brokenHeader },
    { weight: 1, arbitrary: brokenMethod },
  );
  return fc
    .tuple(validParts(operation, known), fc.array(breakage, { minLength: 1, maxLength: 2 }))
    .map(([parts, breakages]) =>
      breakages.reduce((request, breaks) => breaks(request, parts, operation), assemble(operation, parts)),
    );
}
