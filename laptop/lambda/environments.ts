/**
 * The execution environments of one function: copies of its module, each used by one call at a time, as Lambda
 * promises. Code with state in a module relies on that: Powertools' batch processor keeps a batch's failures there.
 *
 * Only functions behind queues, streams and schedules get this. Those behind the HTTP API run all their calls in one
 * environment: hundreds may be waiting at once, and a copy for each would take too long to import.
 */
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { LocalError, messageOf } from '../local-error';
import type { FunctionModel } from '../template/function-model';

export type Handler = (event: unknown, context: Context) => unknown;

/** Releases an environment: reusable, or not, because its last call may still be running. */
export type Release = (fit: boolean) => void;

/** Calls above this wait. More would not be faster: all share one thread, and one call works on a whole batch. */
const MAX_EXCLUSIVE = 4;

/** Makes every import of this thread a new copy. */
let copies = 0;

export class Environments {
  readonly #model: FunctionModel;
  readonly #exclusive: boolean;
  readonly #free: Handler[] = [];
  readonly #waiting: ((handler: Handler) => void)[] = [];
  #count = 0;

  constructor(model: FunctionModel, exclusive: boolean) {
    this.#model = model;
    this.#exclusive = exclusive;
  }

  /** Makes a function that can't be loaded fail at the start. */
  async warmUp(): Promise<void> {
    this.#free.push(await this.#create());
  }

  async acquire(): Promise<{ readonly handler: Handler; readonly release: Release }> {
    if (!this.#exclusive) {
      const [handler = await this.#create()] = this.#free;
      return { handler, release: () => undefined };
    }
    const handler = this.#free.pop() ?? (this.#count < MAX_EXCLUSIVE ? await this.#create() : await this.#next());
    return {
      handler,
      release: (fit) => {
        if (fit) this.#give(handler);
        else void this.#replace();
      },
    };
  }

  #give(handler: Handler): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(handler);
    else next(handler);
  }

  async #replace(): Promise<void> {
    this.#count -= 1;
    if (this.#waiting.length > 0) this.#give(await this.#create());
  }

  async #next(): Promise<Handler> {
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #create(): Promise<Handler> {
    this.#count += 1;
    copies += 1;
    const { name, moduleFile, exportName } = this.#model;
    try {
      const exported = (await import(`${pathToFileURL(moduleFile).href}?copy=${copies}`)) as Record<string, unknown>;
      const handler = exported[exportName];
      if (typeof handler !== 'function') throw new Error(`it exports no function '${exportName}'`);
      return handler as Handler;
    } catch (error) {
      this.#count -= 1;
      throw new LocalError(`Function ${name} cannot be loaded: ${messageOf(error)}`, { cause: error });
    }
  }
}
