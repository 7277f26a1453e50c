/** One agent, read every few seconds while its page is open: 12 requests a minute. */
import { type AgentEntry, type Muster, NotFoundError } from '@muster/client';
import { signal } from '@preact/signals';
import { keepReading, once } from './keep-reading';

const PACE_MS = 5_000;

export class AgentWatch {
  /** undefined until it is read, null if there is none with this id. */
  readonly agent = signal<AgentEntry | null | undefined>(undefined);
  readonly #muster: Muster;
  readonly #id: string;

  constructor(muster: Muster, id: string) {
    this.#muster = muster;
    this.#id = id;
  }

  /** @returns stops it */
  start(): () => void {
    return keepReading(async (signal) => {
      const before = this.agent.value;
      try {
        const read = await this.#muster.agents.get(this.#id, once(signal));
        // What the page itself has changed meanwhile is newer.
        if (this.agent.value === before) this.agent.value = read;
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        if (this.agent.value === before) this.agent.value = null;
      }
      return PACE_MS;
    });
  }
}
