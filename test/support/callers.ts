import type { Caller } from '../../lib/http/caller';

export const agent = (agentId: string): Caller => ({ agentId, role: 'agent', tokenId: `token-of-${agentId}` });
export const admin: Caller = { agentId: 'muster:operator', role: 'admin', tokenId: 'admin' };
