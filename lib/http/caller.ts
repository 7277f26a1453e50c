import { MusterError } from '../common/errors';

/** The caller of a request. It comes only from the token, never from a field of the request. */
export interface Caller {
  readonly agentId: string;
  /** A role of the token, not of the agent. */
  readonly role: 'agent' | 'admin';
  readonly tokenId: string;
}

export const isAdmin = (caller: Caller): boolean => caller.role === 'admin';

/** @throws MusterError `auth.forbidden` for anyone but admins. */
export function requireAdmin(caller: Caller): void {
  if (!isAdmin(caller)) throw new MusterError('auth.forbidden', 'Only admins may do this.');
}
