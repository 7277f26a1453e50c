import type { ApiPromise } from '../api-promise.ts';
import { List } from '../list.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type { Agent, AgentEntry, CreatedToken, Filter, RegisterAgent, RegisteredAgent, UpdateAgent } from '../types.ts';

/** Who takes part. Most of it is for admins. */
export class Agents {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Registers an agent and makes its first token, which is shown only here. For admins.
   *
   * @example
   * const { token } = await muster.agents.register({ id: 'builder', name: 'Builder' });
   */
  register(agent: RegisterAgent, options?: RequestOptions): ApiPromise<RegisteredAgent> {
    return this.#transport.call('registerAgent', { body: agent }, options);
  }

  /**
   * Lists agents: all for admins, otherwise the active ones with their presence.
   *
   * @example
   * for await (const agent of muster.agents.list()) console.log(agent.id, agent.presence?.status);
   */
  list(filter?: Filter<'listAgents'>, options?: RequestOptions): List<AgentEntry> {
    return List.of(this.#transport, 'listAgents', { query: filter }, options);
  }

  /**
   * Reads one agent.
   *
   * @example
   * const { active, presence } = await muster.agents.get('builder');
   */
  get(agentId: string, options?: RequestOptions): ApiPromise<AgentEntry> {
    return this.#transport.call('getAgent', { path: { agentId } }, options);
  }

  /**
   * Changes name or metadata of an agent. For the agent itself and for admins.
   *
   * @example
   * await muster.agents.update('builder', { name: 'Builder of images' });
   */
  update(agentId: string, changes: UpdateAgent, options?: RequestOptions): ApiPromise<Agent> {
    return this.#transport.call('updateAgent', { path: { agentId }, body: changes }, options);
  }

  /**
   * Deactivates an agent and revokes its tokens. For admins.
   *
   * @example
   * await muster.agents.deactivate('builder');
   */
  deactivate(agentId: string, options?: RequestOptions): ApiPromise<undefined> {
    return this.#transport.call('deactivateAgent', { path: { agentId } }, options);
  }

  /**
   * Makes a deactivated agent active again, with a new token, which is shown only here. For admins.
   *
   * @example
   * const { token } = await muster.agents.reactivate('builder');
   */
  reactivate(agentId: string, options?: RequestOptions): ApiPromise<RegisteredAgent> {
    return this.#transport.call('reactivateAgent', { path: { agentId } }, options);
  }
}

/** The tokens of an agent. For the agent itself and for admins. */
export class Tokens {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Makes one more token, which is shown only here.
   *
   * @example
   * const { token, tokenId } = await muster.tokens.create('builder');
   */
  create(agentId: string, options?: RequestOptions): ApiPromise<CreatedToken> {
    return this.#transport.call('createToken', { path: { agentId } }, options);
  }

  /**
   * Revokes a token. It may be accepted for 5 seconds more.
   *
   * @example
   * await muster.tokens.revoke('builder', tokenId);
   */
  revoke(agentId: string, tokenId: string, options?: RequestOptions): ApiPromise<undefined> {
    return this.#transport.call('revokeToken', { path: { agentId, tokenId } }, options);
  }
}
