/** The agents, for admins: listed now and then, and one by one when the log says that something happened to them. */
import { type AgentEntry, type Event, type Muster, NotFoundError } from '@muster/client';
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { AGENT_TYPES } from './event-types';
import { once } from './keep-reading';

const PAGE = 100;

/** Whoever wants to see more says so. */
const AGENTS_AT_ONCE = 500;

/** If more have changed at once, the list is the cheaper way to read them. */
const MOST_READ_ALONE = 5;

export class Directory {
  /** By id. */
  readonly agents = signal<readonly AgentEntry[]>([]);
  /** Ids of those that missed their check-in. */
  readonly lost: ReadonlySignal<ReadonlySet<string>> = computed(
    () => new Set(this.agents.value.filter(({ presence }) => presence?.status === 'lost').map(({ id }) => id)),
  );
  /** There are more than were read. */
  readonly isCut = signal(false);
  readonly #muster: Muster;
  readonly #changed = new Set<string>();
  /** Counts what is taken over; an answer to what was asked for before may be older than it. */
  #turn = 0;
  #listedTurn = 0;
  readonly #putTurns = new Map<string, number>();
  #most = AGENTS_AT_ONCE;

  constructor(muster: Muster) {
    this.#muster = muster;
  }

  note({ type, relatedId }: Event): void {
    if ((AGENT_TYPES as readonly Event['type'][]).includes(type)) this.#changed.add(relatedId);
  }

  /** One request for each hundred: 5 for the first 500. */
  async list(signal: AbortSignal): Promise<void> {
    const askedTurn = this.#turn;
    const covered = [...this.#changed];
    this.#changed.clear();
    try {
      const { agents, isCut } = await this.#readList(signal);
      if (this.#listedTurn > askedTurn) return;
      const newer = this.agents.value.filter(({ id }) => (this.#putTurns.get(id) ?? 0) > askedTurn);
      this.#putTurns.clear();
      this.#listedTurn = this.#turn += 1;
      batch(() => {
        this.agents.value = agents;
        this.isCut.value = isCut;
        for (const agent of newer) this.put(agent);
      });
    } catch (error) {
      for (const id of covered) this.#changed.add(id);
      throw error;
    }
  }

  async #readList(signal: AbortSignal): Promise<{ agents: AgentEntry[]; isCut: boolean }> {
    const agents: AgentEntry[] = [];
    for await (const { items, nextCursor } of this.#muster.agents.list({ limit: PAGE }, once(signal)).pages()) {
      agents.push(...items);
      if (nextCursor !== null && agents.length >= this.#most) return { agents, isCut: true };
    }
    return { agents, isCut: false };
  }

  async readChanged(signal: AbortSignal): Promise<void> {
    if (this.#changed.size > MOST_READ_ALONE) {
      await this.list(signal);
      return;
    }
    for (const id of [...this.#changed]) {
      const askedTurn = this.#turn;
      const agent = await this.#read(id, signal);
      // Otherwise it is read again in the next round.
      if (Math.max(this.#listedTurn, this.#putTurns.get(id) ?? 0) > askedTurn) continue;
      this.#changed.delete(id);
      if (agent) this.put(agent);
    }
  }

  async #read(id: string, signal: AbortSignal): Promise<AgentEntry | undefined> {
    try {
      return await this.#muster.agents.get(id, once(signal));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** Takes over what was read or changed elsewhere on the page. */
  put(agent: AgentEntry): void {
    this.#turn += 1;
    this.#putTurns.set(agent.id, this.#turn);
    const others = this.agents.value.filter(({ id }) => id !== agent.id);
    const after = others.findIndex(({ id }) => id > agent.id);
    this.agents.value = after === -1 ? [...others, agent] : others.toSpliced(after, 0, agent);
  }

  async listMore(): Promise<void> {
    this.#most += AGENTS_AT_ONCE;
    await this.list(new AbortController().signal);
  }
}
