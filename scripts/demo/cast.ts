/** The agents of the demo: each has a role, a token of its own and a habit of checking in. */
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError, Muster } from '@muster/client';
import type { Draws } from './draws';
import { type Role, ROLES } from './roles';

/** The one that hangs now and then promises the shortest time that Muster takes, so that it is lost soon. */
const HANGS: Role = 'browser-tests';
const TTL_SECONDS = { hanging: 10, other: 90 };

/** Long enough to be lost for a while. */
const HANG_MS = { shortest: 22_000, longest: 30_000 };

export class Player {
  readonly id: Role;
  readonly token: string;
  readonly muster: Muster;
  #hangsUntilMs = 0;

  constructor(id: Role, token: string, url: string) {
    this.id = id;
    this.token = token;
    this.muster = new Muster({ url, token });
  }

  /** Checks in until the signal; while it hangs, it doesn't. */
  async checkIn(signal: AbortSignal): Promise<void> {
    const ttlSeconds = this.id === HANGS ? TTL_SECONDS.hanging : TTL_SECONDS.other;
    for (;;) {
      if (!this.hangs) await this.muster.presence.checkIn({ ttlSeconds }, { signal });
      await delay((ttlSeconds * 1_000) / 3, undefined, { signal });
    }
  }

  get hangs(): boolean {
    return Date.now() < this.#hangsUntilMs;
  }

  hang(draws: Draws): void {
    this.#hangsUntilMs = Date.now() + draws.between(HANG_MS.shortest, HANG_MS.longest);
  }

  /** Works for a while; if it hangs then, until it has recovered. */
  async work(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal });
    while (this.hangs) await delay(this.#hangsUntilMs - Date.now(), undefined, { signal });
  }
}

export type Cast = Readonly<Record<Role, Player>>;

export async function hire(admin: Muster, url: string): Promise<Cast> {
  const hired = await Promise.all(
    Object.entries(ROLES).map(async ([id, name]) => {
      const { token } = await admin.agents.register({ id, name, metadata: { team: teamOf(id) } });
      return [id, new Player(id as Role, token, url)];
    }),
  );
  return Object.fromEntries(hired) as Cast;
}

const teamOf = (id: string): string =>
  id.startsWith('import') ? 'data' : id.startsWith('review') ? 'review' : 'release';

/** Whoever comes too late, since it has ended meanwhile, has lost nothing. */
export async function unlessEnded(act: PromiseLike<unknown>): Promise<void> {
  try {
    await act;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
  }
}
