/** The command line: runs a command, and says what has become of it. */
import { CommanderError } from 'commander';
import { EndedWith, Interrupted, UsageError } from './errors';
import { EXIT } from './exit-codes';
import { createProgram } from './program';
import { endWithReader, processTerminal, type Terminal } from './terminal';

/** Runs one command and resolves with its exit code. Errors are one line on `err`, never a stack trace. */
export async function runCli(args: readonly string[], given?: Partial<Terminal>): Promise<number> {
  if (!given) endWithReader();
  const terminal = given ? { ...processTerminal(), ...given } : processTerminal();
  // So that a command that is loaded when it is called shows its help.
  const words = args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
  // Completion is of all commands.
  const called = words[0] === 'completion' ? undefined : (words[0] ?? '--help');
  try {
    const program = await createProgram(terminal, called);
    await program.parseAsync(words, { from: 'user' });
    return EXIT.done;
  } catch (error) {
    // Commander has said what is wrong, or shown the help.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { exitCodeOfError, explain } = await import('./commands/all');
    if (error instanceof UsageError) terminal.err(`error: ${explain(error)}\n`);
    else if (!(error instanceof EndedWith) && !(error instanceof Interrupted)) {
      terminal.err(`muster: ${explain(error)}\n`);
    }
    return exitCodeOfError(error);
  }
}
