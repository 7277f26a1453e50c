import type { Item } from '../../lib/table/table';
import { type Answer, keysOf, type MemoryTable, nameOf, plain, type Request, textOf } from './memory-table';

export interface KnownRequest {
  readonly id: number;
  readonly request: Request;
  /** Indices of the items that it is about; null: it may be about any. */
  readonly about: readonly number[] | null;
}

export interface Effect {
  readonly answer: Answer;
  /** The same for answers that say the same. */
  readonly answerId: number;
  /** By then. */
  readonly versions: number;
}

/** Gives each text a number, from 0. */
export class Numbers {
  readonly #known = new Map<string, number>();

  of(text: string): number {
    let number = this.#known.get(text);
    if (number === undefined) this.#known.set(text, (number = this.#known.size));
    return number;
  }
}

interface Trial {
  readonly answer: Answer;
  readonly answerId: number;
  /** Indices of items, and what they have held by then. */
  readonly written: readonly (readonly [number, number])[];
}

/**
 * What requests do to items: tried on a table in memory once, and known from then on. A version is all that an item has
 * held up to some moment; the versions of all items together have a number, too.
 */
export class KnownItems {
  readonly beginning: number;
  readonly #indices = new Numbers();
  readonly #versions = new Numbers();
  /** By version; undefined: there is no such item. */
  readonly #items: (Item | undefined)[] = [];
  readonly #requests = new Map<string, KnownRequest>();
  readonly #answers = new Numbers();
  readonly #trials = new Map<string, Trial>();
  readonly #all = new Numbers();
  /** By the number of all versions: the version of each item, by its index. */
  readonly #versionsOf: (readonly number[])[] = [];
  /** By the number of all versions and the id of the request. */
  readonly #effects: (Effect[] | undefined)[] = [];

  constructor(
    private readonly tableOf: (items: readonly Item[]) => MemoryTable,
    items: readonly Item[],
  ) {
    const versions: number[] = [];
    for (const item of items) {
      const index = this.#indices.of(nameOf(item));
      versions[index] = this.#version(index, NO_VERSION, item);
    }
    this.beginning = this.#numberOf(versions);
  }

  known(request: Request): KnownRequest {
    const text = JSON.stringify(plain(request));
    let known = this.#requests.get(text);
    if (!known) {
      const about = keysOf(request)?.map((key) => this.#indices.of(nameOf(key))) ?? null;
      this.#requests.set(text, (known = { id: this.#requests.size, request, about }));
    }
    return known;
  }

  perform(versions: number, request: KnownRequest): Effect {
    const effects = (this.#effects[versions] ??= []);
    return (effects[request.id] ??= this.#effect(this.#versionsOf[versions] ?? [], request));
  }

  #effect(versions: readonly number[], { id, request, about }: KnownRequest): Effect {
    const concerned = about ? about.map((index) => versions[index] ?? NO_VERSION) : versions;
    const key = `${id} ${concerned.join()}`;
    let trial = this.#trials.get(key);
    if (!trial) this.#trials.set(key, (trial = this.#tried(versions, concerned, request)));
    const after = [...versions];
    for (const [index, version] of trial.written) after[index] = version;
    return { answer: trial.answer, answerId: trial.answerId, versions: this.#numberOf(after) };
  }

  #tried(versions: readonly number[], concerned: readonly number[], request: Request): Trial {
    const table = this.tableOf(
      concerned.flatMap((version): Item[] => {
        const item = this.#items[version];
        return item ? [item] : [];
      }),
    );
    const answer = table.perform(request);
    const told = 'error' in answer ? { ...(answer.error as object), name: answer.error.name } : answer.output;
    const written = new Map<number, number>();
    for (const { pk, sk, after } of table.changes) {
      const index = this.#indices.of(nameOf({ pk, sk }));
      const before = written.get(index) ?? versions[index] ?? NO_VERSION;
      written.set(index, this.#version(index, before, after ?? undefined));
    }
    return { answer, answerId: this.#answers.of(JSON.stringify(plain(told))), written: [...written] };
  }

  #version(index: number, before: number, item: Item | undefined): number {
    const version = this.#versions.of(`${index} ${before} ${item ? textOf(item) : ''}`);
    this.#items[version] = item;
    return version;
  }

  #numberOf(versions: readonly number[]): number {
    const number = this.#all.of(versions.join());
    this.#versionsOf[number] = versions;
    return number;
  }
}

const NO_VERSION = -1;
