/** Runs a command as the part that an agent has in a sync point, a tracker, or both. */
import { ConflictError, type Muster, NotFoundError } from '@muster/client';
import { refusalOf } from './checks';
import { type ChildSurroundings, exitCodeOf, runChild } from './child';
import { type Verdict, verdictOf } from './outcome';
import { stepReader } from './steps';
import { CommandError, EndedWith } from '../errors';
import { EXIT, exitCodeOfStatus } from '../exit-codes';
import { given } from '../given';

export interface RunOptions {
  readonly syncPoint: string | undefined;
  readonly tracker: string | undefined;
  /** A file with the JSON of the arrival, which the command has written. */
  readonly asData: string | undefined;
  /** Whether the others are waited for. */
  readonly wait: boolean;
  readonly waitMs: number | undefined;
  readonly stepPattern: RegExp;
  readonly ttlSeconds: number;
  readonly appearsWithinMs: number;
}

export interface RunSurroundings extends ChildSurroundings {
  readonly muster: Muster;
  readonly say: (text: string) => void;
  /** The signal is aborted when the process is asked to end. While the command runs, that is the command's affair. */
  readonly interruptible: <T>(run: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

/** After a command has run, its record is worth some patience: a deployment of the service takes less. */
const DELIVERY_MS = 5 * 60_000;

/** @returns the exit code */
export async function run(
  [command = '', ...args]: readonly string[],
  options: RunOptions,
  surroundings: RunSurroundings,
): Promise<number> {
  const { muster, say, interruptible } = surroundings;
  const { ttlSeconds, stepPattern } = options;
  const delivery = new AbortController();
  const [steps, presence] = await interruptible(async (signal) => {
    const checked = await check(options, surroundings, signal);
    const onError = (error: unknown): void => {
      say(`a check-in or check-out failed: ${messageOf(error)}`);
    };
    return [checked, await muster.presence.keep({ ttlSeconds, onError, signal })] as const;
  });
  try {
    const reporter = steps && reportSteps(steps, stepPattern, surroundings, delivery.signal);
    const end = await runChild({ command, args, ...given({ onLine: reporter?.onLine }) }, surroundings);
    const verdict = verdictOf(command, end, options.asData);
    const { isRecorded, isLate } = await deliver(delivery, surroundings, () =>
      record(verdict, reporter, options, { ...surroundings, signal: delivery.signal }),
    ).catch((error: unknown) => {
      if (exitCodeOf(end) === 0) throw error;
      return { isRecorded: false, isLate: false };
    });
    if (exitCodeOf(end) !== 0) return exitCodeOf(end);
    if ('failure' in verdict || !(isRecorded || (isLate && options.wait))) return EXIT.error;
  } finally {
    await presence.stop();
  }
  return options.wait && options.syncPoint !== undefined ? awaitOthers(options.syncPoint, options, surroundings) : 0;
}

/** Where steps are reported, and from which on. */
interface Steps {
  readonly id: string;
  readonly totalSteps: number;
  readonly from: number;
}

/** @throws EndedWith if the command would run in vain, ApiError if the token or an id is wrong */
async function check(
  { syncPoint, tracker, appearsWithinMs }: RunOptions,
  { muster, say }: RunSurroundings,
  signal: AbortSignal,
): Promise<Steps | undefined> {
  const { id: agentId } = await muster.whoAmI({ signal });
  const point =
    syncPoint === undefined
      ? undefined
      : await muster.syncPoints.get(syncPoint, {}, { signal }).catch((error: unknown) => {
          if (!(error instanceof NotFoundError) || appearsWithinMs === 0) throw error;
          say(`${syncPoint} doesn't exist yet.`);
          return undefined;
        });
  // Its total is needed before the first line.
  const trackerRead =
    tracker === undefined
      ? undefined
      : (await muster.trackers.wait(tracker, { until: () => true, appearsWithinMs, participants: false, signal }))
          .tracker;
  for (const roster of [point, trackerRead]) {
    const refusal = roster && refusalOf(roster, agentId);
    if (!refusal) continue;
    say(`${refusal.why} The command was not run.`);
    throw new EndedWith(refusal.exitCode);
  }
  if (!trackerRead) return undefined;
  const { id, totalSteps, monotonic, participantProgress } = trackerRead;
  // A second attempt begins at the first step again, which a monotonic tracker would refuse.
  return { id, totalSteps, from: (monotonic && participantProgress[agentId]) || 0 };
}

interface Reporter {
  readonly onLine: (line: string) => void;
  readonly flush: () => Promise<void>;
  readonly fail: (failure: { readonly reason: string; readonly data: unknown }) => Promise<void>;
}

function reportSteps(
  { id, totalSteps, from }: Steps,
  stepPattern: RegExp,
  { muster, say }: RunSurroundings,
  signal: AbortSignal,
): Reporter {
  const track = muster.trackers.track(id, { signal });
  const stepOf = stepReader(stepPattern, totalSteps, from);
  let refused: { readonly error: unknown } | undefined;
  return {
    onLine: (line) => {
      const step = stepOf(line);
      if (step === undefined || refused) return;
      try {
        track.report(step);
      } catch (error) {
        // The command goes on; what it reports would be refused again.
        refused = { error };
        say(`steps are no longer reported: ${messageOf(error)}`);
      }
    },
    flush: async () => {
      await track.flush();
      if (refused) throw refused.error;
    },
    fail: (failure) => track.fail(failure),
  };
}

/** Gives up at the limit, or when the process is asked to end once more. */
async function deliver<T>(
  delivery: AbortController,
  { interruptible }: RunSurroundings,
  send: () => Promise<T>,
): Promise<T> {
  const limit = setTimeout(() => {
    delivery.abort(new CommandError(`Muster could not be reached within ${DELIVERY_MS / 60_000} minutes.`));
  }, DELIVERY_MS);
  try {
    return await interruptible((signal) => {
      signal.addEventListener('abort', () => {
        delivery.abort(signal.reason);
      });
      return send();
    });
  } finally {
    clearTimeout(limit);
  }
}

interface Recorded {
  readonly isRecorded: boolean;
  /** The sync point had ended before this agent arrived. */
  readonly isLate: boolean;
}

async function record(
  verdict: Verdict,
  reporter: Reporter | undefined,
  { syncPoint, appearsWithinMs }: RunOptions,
  { muster, say, signal }: RunSurroundings & { readonly signal: AbortSignal },
): Promise<Recorded> {
  const patience = { signal, maxRetries: Infinity };
  let isLate = false;
  const attempt = async (where: string, send: () => Promise<unknown>): Promise<boolean> => {
    try {
      await send();
      return true;
    } catch (error) {
      isLate ||= error instanceof ConflictError && LATE.has(error.code);
      say(`ERROR: the outcome of the command is NOT recorded at ${where}: ${messageOf(error)}`);
      return false;
    }
  };
  const sent: Promise<boolean>[] = [];
  if (syncPoint !== undefined) {
    sent.push(
      attempt(syncPoint, async () => {
        if (appearsWithinMs > 0) {
          const until = (): boolean => true;
          await muster.syncPoints.wait(syncPoint, { until, appearsWithinMs, participants: false, signal });
        }
        if ('failure' in verdict) await muster.syncPoints.fail(syncPoint, verdict.failure, patience);
        else await muster.syncPoints.arrive(syncPoint, { data: verdict.data }, patience);
      }),
    );
  }
  if (reporter) {
    const send = 'failure' in verdict ? () => reporter.fail(verdict.failure) : reporter.flush;
    sent.push(attempt('the tracker', send));
  }
  const isRecorded = (await Promise.all(sent)).every(Boolean);
  if ('failure' in verdict) say(verdict.failure.reason);
  return { isRecorded, isLate };
}

const LATE: ReadonlySet<string | undefined> = new Set(['sync-point.not-waiting', 'sync-point.expired']);

async function awaitOthers(
  syncPoint: string,
  { waitMs }: RunOptions,
  { muster, say, interruptible }: RunSurroundings,
): Promise<number> {
  const { syncPoint: end } = await interruptible((signal) =>
    muster.syncPoints.wait(syncPoint, {
      signal,
      timeout: waitMs,
      throwUnlessCompleted: false,
      participants: false,
    }),
  );
  say(`${syncPoint}: ${end.status}${end.endReason === null ? '' : `: ${end.endReason}`}`);
  return exitCodeOfStatus(end.status);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
