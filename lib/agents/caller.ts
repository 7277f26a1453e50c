/** Who makes a request. Comes from the token alone, never from a field of the request. */
export interface Caller {
  readonly agentId: string;
  /** A role of the token, not of the agent. */
  readonly role: 'agent' | 'admin';
  readonly tokenId: string;
}

export const isAdmin = (caller: Caller): boolean => caller.role === 'admin';
