/** How long requests, and each kind of background work, may take to finish when the stack is stopped. */
export const STOP_LIMIT_MS = 2_000;

/** Stops started parts in reverse order, whether or not the start was finished. */
export class Shutdown {
  readonly #steps: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  /** Steps must be idempotent: each may run more than once. */
  add(step: () => unknown): void {
    this.#steps.push(step);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** A step that fails doesn't keep the others from running. */
  async run(): Promise<void> {
    this.#running ??= this.#runSteps();
    await this.#running;
  }

  async #runSteps(): Promise<void> {
    let step = this.#steps.pop();
    while (step !== undefined) {
      try {
        await step();
      } catch {
        // Either its failure caused this stop, or it fails because another part has already stopped.
      }
      step = this.#steps.pop();
    }
  }
}
