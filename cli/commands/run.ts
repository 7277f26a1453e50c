import { type Command, InvalidArgumentError, Option } from 'commander';
import { clientCommand, interruptible, withMuster } from '../command';
import { EndedWith, UsageError } from '../errors';
import type { ChildSurroundings } from '../run/child';
import { run } from '../run/run';
import { DEFAULT_STEP_PATTERN } from '../run/steps';
import type { Terminal } from '../terminal';
import { parseSeconds } from '../values';

interface Options {
  readonly syncPoint?: string;
  readonly tracker?: string;
  readonly asData?: string;
  readonly wait?: boolean;
  readonly timeout?: number;
  readonly stepPattern: RegExp;
  readonly ttl: number;
  readonly appearsWithin?: number;
}

/** What the command gets of this process. */
function ofThisProcess(): Omit<ChildSurroundings, 'now' | 'env'> {
  const { stdout, stderr, stdin } = process;
  // Elsewhere this process ends when nobody reads its results any more. Here the command decides what then, and what
  // became of it is still to be recorded.
  stdout.removeAllListeners('error').on('error', () => undefined);
  return { stdout, stderr, signals: process, isInForeground: stdin.isTTY };
}

const MORE = `The command has this terminal's input, and its output is passed through as it is. Meanwhile the agent
checks in. If it succeeds, the agent arrives with its exit code and duration, or with the JSON of --as-data. If it
doesn't, the agent fails, with the last line as the reason and the last 20 lines as data: everyone at the sync point
can read those. The arguments are never sent. In the command, MUSTER_URL and MUSTER_TOKEN are those of this connection,
also if it is that of a profile or of --laptop: muster commands inside act as the same agent.

The exit code is the command's: 128 + n if signal n ended it, 127 if it was not found. It is 1 if the command
succeeded and that could not be recorded. With --wait it is 0, 3, 4 or 5 by the ending of the sync point.`;

export function runCommand(terminal: Terminal, child = ofThisProcess): Command {
  return clientCommand({
    usage: 'run <command...>',
    more: MORE,
    examples: [
      'muster run --sync-point nightly -- npm test',
      'muster run --sync-point nightly --as-data coverage.json --wait -- ./measure.sh',
      'muster run --tracker import -- ./import.sh',
      "muster run --tracker import --step-pattern 'row ([0-9]+)' -- ./import.sh",
    ],
    output: 'none',
  })
    .option('--sync-point <id>', 'arrive or fail here')
    .option('--as-data <file>', 'arrive with the JSON that the command has written to this file')
    .option('--wait', 'then wait until the sync point has ended')
    .option('--timeout <duration>', 'wait no longer than this for the others', parseSeconds)
    .option(
      '--appears-within <duration>',
      'the tracker may be created so long before the command runs, and the sync point so long after it',
      parseSeconds,
    )
    .option('--tracker <id>', 'report steps here, and fail here')
    .addOption(
      new Option('--step-pattern <regex>', 'lines with a step; the first group is its number')
        .argParser(parsePattern)
        .default(new RegExp(DEFAULT_STEP_PATTERN, 'i'), '3/10, 3 of 10 or step 3'),
    )
    .addOption(
      new Option('--ttl <duration>', 'others are told if no check-in comes for so long')
        .argParser(parseSeconds)
        .default(60, '60s'),
    )
    .action(
      withMuster<Options>(terminal, async ({ muster, output, env }, command, options) => {
        const { syncPoint, tracker, asData, wait = false, timeout, appearsWithin = 0 } = options;
        if (syncPoint === undefined && tracker === undefined) {
          throw new UsageError('--sync-point or --tracker is required.');
        }
        if (syncPoint === undefined && (wait || asData !== undefined)) {
          throw new UsageError('--wait and --as-data need --sync-point.');
        }
        if (!wait && timeout !== undefined) throw new UsageError('--timeout goes with --wait.');
        const exitCode = await run(
          command,
          {
            syncPoint,
            tracker,
            asData,
            wait,
            waitMs: timeout === undefined ? undefined : timeout * 1_000,
            stepPattern: options.stepPattern,
            ttlSeconds: options.ttl,
            appearsWithinMs: appearsWithin * 1_000,
          },
          {
            muster,
            env,
            now: terminal.now,
            say: (text) => {
              output.say(`muster: ${text}`);
            },
            interruptible: (part) => interruptible(terminal, part),
            ...child(),
          },
        );
        if (exitCode !== 0) throw new EndedWith(exitCode);
      }),
    );
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError(`Allowed: a regular expression of JavaScript (${(error as Error).message}).`);
  }
}
