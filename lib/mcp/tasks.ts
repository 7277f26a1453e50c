/**
 * The ids of tasks. Nothing is stored for a task: its id says what is waited for, and is sealed with the token of the
 * caller, so that only who has the token can make one or use one; see docs/adr/0031.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Kind } from './rosters';

/** What a task waits for: the ending, or any change since `version`. */
export interface Wait {
  readonly kind: Kind;
  readonly id: string;
  readonly version?: number | undefined;
}

export interface Task extends Wait {
  readonly createdAtMs: number;
}

/** Who may use the id. */
interface Holder {
  readonly agentId: string;
  readonly token: string;
}

export function sealTask({ kind, id, createdAtMs, version }: Task, holder: Holder): string {
  const content = Buffer.from(JSON.stringify([kind, id, createdAtMs, version])).toString('base64url');
  return `${content}.${sealOf(content, holder)}`;
}

/** null: not a task of this holder. */
export function openTask(taskId: string, holder: Holder): Task | null {
  const [content = '', seal = '', ...rest] = taskId.split('.');
  const expected = Buffer.from(sealOf(content, holder));
  const given = Buffer.from(seal);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const [kind, id, createdAtMs, version] = JSON.parse(Buffer.from(content, 'base64url').toString()) as [
    Kind,
    string,
    number,
    number | null,
  ];
  return { kind, id, createdAtMs, version: version ?? undefined };
}

const sealOf = (content: string, { agentId, token }: Holder): string =>
  createHmac('sha256', token).update(`muster task\n${agentId}\n${content}`).digest('base64url');

const MIN_POLL_MS = 1_000;
const MAX_POLL_MS = 30_000;

/** Soon after the creation a wait is asked for often; a wait of hours costs two reads a minute. */
export const pollIntervalMs = (ageMs: number): number =>
  Math.round(Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, ageMs / 10)));
