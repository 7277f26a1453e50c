import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { allRoutes } from '../../infra/routes';
import { MusterError } from '../../lib/common/errors';
import { distinctIds, idempotencyHeader } from '../../lib/http/schemas';
import { asInvalidRequest, valid } from '../../lib/http/violations';
import { findTool, toolNames } from '../../lib/mcp/tools';

/** Each violation as a line, as a client shows it. */
function violationsOf(schema: z.ZodType, value: unknown): string[] {
  try {
    valid(schema, value);
    return [];
  } catch (error) {
    if (!(error instanceof MusterError)) throw error;
    return error.violations.map(({ pointer, detail }) => `${pointer} ${detail}`);
  }
}

const schema = z
  .strictObject({
    name: z.string().min(2).max(5),
    count: z.int().min(1).max(10),
    ratio: z.number().gt(0).lt(1),
    on: z.boolean(),
    ids: z.array(z.string()).min(1).max(2),
    kind: z.enum(['late', 'early']),
    data: z.record(z.string(), z.unknown()),
    inner: z.strictObject({ type: z.string() }),
    empty: z.strictObject({}),
  })
  .partial();

test.each<[unknown, string]>([
  [[], '# must be an object; received []'],
  [null, '# must be an object; received null'],
  [{ name: 7 }, '#/name must be a string; received 7'],
  [{ name: ['a', 'b'] }, '#/name must be a string; received ["a","b"]'],
  [{ name: 'a' }, '#/name must have at least 2 characters; received "a"'],
  [{ name: 'abcdef' }, '#/name must have at most 5 characters; received "abcdef"'],
  [{ count: '7' }, '#/count must be a number; received "7"'],
  [{ count: 1.5 }, '#/count must be a whole number; received 1.5'],
  [{ count: 0 }, '#/count must be at least 1; received 0'],
  [{ count: 11 }, '#/count must be at most 10; received 11'],
  [{ ratio: 0 }, '#/ratio must be more than 0; received 0'],
  [{ ratio: 1 }, '#/ratio must be less than 1; received 1'],
  [{ ratio: Infinity }, '#/ratio must be a number; received Infinity'],
  [{ on: 'yes' }, '#/on must be true or false; received "yes"'],
  [{ ids: 'a' }, '#/ids must be an array; received "a"'],
  [{ ids: [] }, '#/ids must have at least 1 item; received []'],
  [{ ids: ['a', 'b', 'c'] }, '#/ids must have at most 2 items; received ["a","b","c"]'],
  [{ kind: 'soon' }, '#/kind must be one of late, early; received "soon"'],
  [{ data: 'x' }, '#/data must be an object; received "x"'],
  [{ inner: {} }, '#/inner/type is required; it must be a string'],
  [{ inner: { type: 'x', typ: 1 } }, '#/inner/typ is not a known field; known: type'],
  [{ empty: { x: 1 } }, '#/empty/x is not a known field; no field is allowed here'],
])('%j: %s', (value, expected) => {
  expect(violationsOf(schema, value)).toEqual([expected]);
});

test('each unknown field is a place of its own', () => {
  const known = 'is not a known field; known: a';
  expect(violationsOf(z.strictObject({ a: z.string().optional() }), { b: 1, 'c~d/e': 2 })).toEqual([
    `#/b ${known}`,
    `#/c~0d~1e ${known}`,
  ]);
});

describe('what was received', () => {
  const text = z.strictObject({ text: z.number() });

  test('is shortened', () => {
    const [long = ''] = violationsOf(text, { text: 'x'.repeat(100) });
    expect(long).toMatch(/received "x{60}… \(100 characters\)$/);
    const [id = ''] = violationsOf(distinctIds('ids', 1, 3), ['x/'.repeat(5_000), 'x/'.repeat(5_000)]).slice(-1);
    expect(id).toMatch(/at index 0/);
    expect(id.length).toBeLessThan(200);
  });

  test.each<[z.ZodType, unknown]>([
    [z.object({ token: z.number() }), { token: 'hunter2' }],
    [z.object({ auth: z.object({ Authorization: z.number() }) }), { auth: { Authorization: 'Bearer hunter2' } }],
    [idempotencyHeader, { 'idempotency-key': 'hunter2 ' }],
    [z.object({ idempotencyKey: z.number() }), { idempotencyKey: 'hunter2' }],
    [z.object({ name: z.string() }), { name: { token: 'hunter2' } }],
    [z.object({ name: z.number() }), { name: 'the token is muster_hunter2_0123456789' }],
    [z.object({ name: z.number() }), { name: 'a'.repeat(45) + 'muster_hunter2_0123456789' }],
    [z.object({ name: z.number() }), { name: ['muster_hunter2_0123456789'] }],
    [z.strictObject({}), { muster_hunter2_0123456789: 1 }],
  ])('never has a secret (%#)', (given, value) => {
    const violations = violationsOf(given, value);
    expect(violations).toHaveLength(1);
    expect(violations.join()).not.toMatch(/hunt/);
  });
});

test('wrong places are counted but not all listed', () => {
  const issues = Array.from({ length: 500 }, (_, index) => ({ path: [index], message: 'is wrong' }));
  const error = asInvalidRequest(issues, []);
  expect(error.violations).toHaveLength(20);
  expect(error.message).toContain('(and 499 more)');
});

const WRONG: readonly unknown[] = [
  ...[undefined, null, true, -1, 0, 0.5, 1e300, Infinity, '', 'no such\n', 'x'.repeat(100_000), '1e9', '-1', '1.5'],
  ...[[], [1], ['a', 'a'], Array.from({ length: 10_001 }, (_, index) => `a${index}`)],
  ...[{}, { type: 1 }, { type: '' }, { type: 'x'.repeat(1_000) }, { syncPointId: '' }, { nothing: 1 }],
];
const inputs: readonly (readonly [string, z.ZodObject])[] = [
  ...allRoutes.flatMap(({ operationId, request: { query, params, headers, body } = {} }) =>
    Object.entries({ query, params, headers, body: body?.schema as z.ZodObject | undefined }).flatMap(
      ([part, given]) => (given ? [[`${part} of ${operationId}`, given] as const] : []),
    ),
  ),
  ...toolNames.flatMap((name) => {
    const tool = findTool(name);
    return tool ? [[`arguments of ${name}`, tool.input] as const] : [];
  }),
];

test.each(inputs)('%s: whatever is wrong is told in our words', (_name, given) => {
  const fields = [...Object.keys(given.shape), 'nothing'];
  const values = [...WRONG, ...fields.flatMap((field) => WRONG.map((value) => ({ [field]: value })))];
  const violations = values.flatMap((value) => violationsOf(given, value));
  expect(violations.length).toBeGreaterThan(5);
  expect(violations.filter((text) => !/^#\S* (must|is|has) /.test(text) || /expected|invalid/i.test(text))).toEqual([]);
});
