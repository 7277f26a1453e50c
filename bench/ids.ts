import { randomUUID } from 'node:crypto';
import type { Caller } from '../lib/http/caller';

/** Ids as long as a UUID, like those that most callers will use. */
export const newIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

export const asCaller = (agentId: string): Caller => ({ agentId, role: 'agent', tokenId: 'bench' });

export const CREATOR = asCaller('00000000-0000-7000-8000-creator00000');
