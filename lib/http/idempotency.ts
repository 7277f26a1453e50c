import { v5 as uuidv5 } from 'uuid';
import { MusterError } from '../common/errors';
import type { Caller } from './caller';

/** Namespace of the UUIDs that are derived from idempotency keys. */
const KEY_NAMESPACE = '7b0f2c1e-6a55-4a0e-9d1c-3f1f6b6d3a55';

/** The id for a creation with a key and without an id. A repeat derives the same id, so the key needs no record. */
export const idOfKey = (created: string, caller: Caller, key: string): string =>
  uuidv5(`${created}\n${caller.agentId}\n${key}`, KEY_NAMESPACE);

export const keyReused = (): MusterError =>
  new MusterError('request.idempotency-key-reused', 'This idempotency key was already used with a different request.', {
    violations: [{ pointer: '#/idempotency-key', detail: 'was already used with a different request' }],
  });
