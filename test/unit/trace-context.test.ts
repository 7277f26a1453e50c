import { describe, expect, test } from '@jest/globals';
import { REMOVE_TRACE, traceAttribute, traced, traceOf } from '../../lib/table/trace-attribute';
import { inScope } from '../../lib/common/scope';
import { formatTraceparent, parseTraceparent, traceOfRequest } from '../../lib/common/trace';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const VALID = `00-${TRACE_ID}-${PARENT_ID}-01`;

describe('a traceparent', () => {
  test.each([
    [VALID, true],
    [`00-${TRACE_ID}-${PARENT_ID}-00`, false],
    // Flags that level 1 doesn't know are not passed on.
    [`00-${TRACE_ID}-${PARENT_ID}-fe`, false],
    // A later version may say more behind another hyphen.
    [`cc-${TRACE_ID}-${PARENT_ID}-01-what-the-future-brings`, true],
    [`cc-${TRACE_ID}-${PARENT_ID}-01`, true],
  ])('is read: %s', (header, sampled) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE_ID, parentId: PARENT_ID, sampled });
  });

  test.each([
    [undefined],
    [''],
    [VALID.toUpperCase()],
    [` ${VALID}`],
    [`${VALID}-more-than-version-00-has`],
    [`${VALID},${VALID}`],
    [`ff-${TRACE_ID}-${PARENT_ID}-01`],
    [`cc-${TRACE_ID}-${PARENT_ID}-01.what`],
    [`00-${'0'.repeat(32)}-${PARENT_ID}-01`],
    [`00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    [`00-${TRACE_ID.slice(1)}-${PARENT_ID}-01`],
    [`00-${TRACE_ID}-${PARENT_ID}-1`],
    [`00-${TRACE_ID}-${PARENT_ID}`],
    [`0-${TRACE_ID}-${PARENT_ID}-01`],
    [`00-${TRACE_ID}-${PARENT_ID.replace('b', 'g')}-01`],
  ])('is none, and a new trace begins: %s', (header) => {
    expect(parseTraceparent(header)).toBeNull();
    const begun = traceOfRequest(header);
    expect(begun.traceId).not.toBe(TRACE_ID);
    expect(begun.sampled).toBe(false);
    expect(parseTraceparent(formatTraceparent(begun))).toEqual(begun);
  });

  test('goes on with its trace, under an id of the request', () => {
    const [one, other] = [traceOfRequest(VALID), traceOfRequest(VALID)];
    expect([one.traceId, other.traceId, one.sampled]).toEqual([TRACE_ID, TRACE_ID, true]);
    expect(new Set([PARENT_ID, one.parentId, other.parentId]).size).toBe(3);
  });
});

describe('a stored trace', () => {
  const trace = traceOfRequest(VALID);

  test('comes back from the bytes of the SDK and the base64 text of Lambda', () => {
    const stored = inScope({ trace, fields: {} }, traceAttribute);
    const bytes = stored['trace'] as Uint8Array;
    expect(bytes).toHaveLength(25);
    expect(traceOf(stored)).toEqual(trace);
    expect(traceOf({ trace: Buffer.from(bytes).toString('base64') })).toEqual(trace);
  });

  test.each([[null], [{}], [{ trace: 'AAAA' }], [{ trace: 7 }]])('is none in %j', (item) => {
    expect(traceOf(item)).toBeNull();
  });

  test('joins the one SET clause of an update, and only within a scope', () => {
    const params = {
      UpdateExpression: 'DELETE pending :agents SET arrived.#agent = :at REMOVE other',
      ExpressionAttributeValues: { ':at': 1 },
    };
    const updated = inScope({ trace, fields: {} }, () => traced(params));
    expect(updated.UpdateExpression).toBe(
      'DELETE pending :agents SET trace = :trace, arrived.#agent = :at REMOVE other',
    );
    expect(Object.keys(updated.ExpressionAttributeValues)).toEqual([':at', ':trace']);
    expect(traced(params)).toBe(params);
    expect(inScope({ trace: null, fields: {} }, () => traced(params))).toBe(params);
    expect(REMOVE_TRACE).toBe('REMOVE trace');
  });
});
