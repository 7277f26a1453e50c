/** The agents, for admins: listed now and then, and one by one when the log says that something happened to them. */
import type { AgentEntry, Event, Muster } from '@muster/client';
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { once } from './keep-reading';

const PAGE = 100;

/** Whoever wants to see more says so. */
const AGENTS_AT_ONCE = 500;

/** If more have changed at once, the list is the cheaper way to read them. */
const MOST_READ_ALONE = 5;

const CHANGES: readonly Event['type'][] = [
  'AGENT_REGISTERED',
  'AGENT_DEACTIVATED',
  'AGENT_REACTIVATED',
  'AGENT_LOST',
  'AGENT_RETURNED',
];

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
  #most = AGENTS_AT_ONCE;

  constructor(muster: Muster) {
    this.#muster = muster;
  }

  note({ type, relatedId }: Event): void {
    if (CHANGES.includes(type)) this.#changed.add(relatedId);
  }

  /** One request for each hundred: 5 for the first 500. */
  async list(signal: AbortSignal): Promise<void> {
    this.#changed.clear();
    const agents: AgentEntry[] = [];
    let isCut = false;
    for await (const { items, nextCursor } of this.#muster.agents.list({ limit: PAGE }, once(signal)).pages()) {
      agents.push(...items);
      isCut = nextCursor !== null && agents.length >= this.#most;
      if (isCut) break;
    }
    batch(() => {
      this.agents.value = agents;
      this.isCut.value = isCut;
    });
  }

  async readChanged(signal: AbortSignal): Promise<void> {
    if (this.#changed.size > MOST_READ_ALONE) {
      await this.list(signal);
      return;
    }
    for (const id of [...this.#changed]) {
      this.put(await this.#muster.agents.get(id, once(signal)));
      this.#changed.delete(id);
    }
  }

  /** Takes over what was read or changed elsewhere on the page. */
  put(agent: AgentEntry): void {
    const others = this.agents.value.filter(({ id }) => id !== agent.id);
    const after = others.findIndex(({ id }) => id > agent.id);
    this.agents.value = after === -1 ? [...others, agent] : others.toSpliced(after, 0, agent);
  }

  async listMore(): Promise<void> {
    this.#most += AGENTS_AT_ONCE;
    await this.list(new AbortController().signal);
  }
}
