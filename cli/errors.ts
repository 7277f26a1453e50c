import type { InterruptSignal } from './terminal';

/** An error whose message says all that its reader needs. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}

/** The command was called wrongly, in a way that shows only when it runs. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
}

/** The command has said everything, and ends with this exit code. */
export class EndedWith extends Error {
  override readonly name = 'EndedWith';

  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}

/** By Ctrl-C, or because the process was asked to end. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly signal: InterruptSignal) {
    super(signal);
  }
}
