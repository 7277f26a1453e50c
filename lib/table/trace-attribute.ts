import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { currentTrace } from '../common/scope';
import type { Trace } from '../common/trace';
import type { Item } from './table';

/**
 * An item whose changes are dispatched holds the trace of its last write. So the new image in the stream shows which
 * request made the change. It takes 25 bytes, overwritten by each write: a full roster page has room for them within
 * the 1 KB of a write unit, and items do not grow.
 *
 *     16 bytes trace id · 8 bytes id of the request · 1 byte flags
 */
export const TRACE_ATTRIBUTE = 'trace';

const SAMPLED = 1;

function encode({ traceId, parentId, sampled }: Trace): Uint8Array {
  return Buffer.concat([Buffer.from(traceId + parentId, 'hex'), Buffer.of(sampled ? SAMPLED : 0)]);
}

/** For a put item. */
export function traceAttribute(): Item {
  const trace = currentTrace();
  return trace ? { [TRACE_ATTRIBUTE]: encode(trace) } : {};
}

/** Adds the trace to an update. Every update has at most one SET clause, which is extended. */
export function traced<Params extends Omit<UpdateCommandInput, 'TableName' | 'Key'>>(params: Params): Params {
  const trace = currentTrace();
  if (!trace) return params;
  return {
    ...params,
    UpdateExpression: (params.UpdateExpression ?? '').replace(/\bSET /, `SET ${TRACE_ATTRIBUTE} = :trace, `),
    ExpressionAttributeValues: { ...params.ExpressionAttributeValues, ':trace': encode(trace) },
  };
}

/** For writes that are not dispatched: they store no trace, to save its bytes. */
export const REMOVE_TRACE = `REMOVE ${TRACE_ATTRIBUTE}`;

/** The trace of the write that an image shows. Lambda hands over binary values as base64 text, the SDK as bytes. */
export function traceOf(item: Item | null): Trace | null {
  const stored = item?.[TRACE_ATTRIBUTE];
  const bytes = typeof stored === 'string' ? Buffer.from(stored, 'base64') : (stored as Uint8Array | undefined);
  if (bytes?.length !== 25) return null;
  const hex = Buffer.from(bytes).toString('hex');
  return { traceId: hex.slice(0, 32), parentId: hex.slice(32, 48), sampled: bytes[24] === SAMPLED };
}
