/** What has been started, to be stopped in the opposite order, whether the start was finished or not. */
export class Shutdown {
  readonly #steps: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  /** Each may be run more than once, and must not mind. */
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
        // It is being stopped because it failed, or it fails because of what has been stopped already.
      }
      step = this.#steps.pop();
    }
  }
}
