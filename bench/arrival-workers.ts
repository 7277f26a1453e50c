import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Arrival {
  readonly syncPointId: string;
  readonly agentId: string;
  readonly pageIndex: number;
  /** Over HTTP only. */
  readonly token?: string;
}

export type WorkerTask =
  | { readonly way: 'sdk'; readonly tableName: string }
  | { readonly way: 'handler'; readonly bundlePath: string }
  | { readonly way: 'http'; readonly url: string };

export interface Batch {
  readonly arrivals: readonly Arrival[];
  readonly inFlight: number;
}

export interface BatchResult {
  readonly elapsedMs: number;
  /** User and system time of the worker's process. */
  readonly cpuMs: number;
  readonly latenciesMs: readonly number[];
}

export interface ArrivalWorker {
  run(batch: Batch): Promise<BatchResult>;
  stop(): Promise<void>;
}

type Reply = { ready: true } | { result: BatchResult } | { error: string };

/** @param execArgv further options of node, such as `--cpu-prof` */
export async function startArrivalWorker(
  task: WorkerTask,
  environment: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
): Promise<ArrivalWorker> {
  const child = fork(fileURLToPath(new URL('./arrival-worker.ts', import.meta.url)), {
    execArgv: ['--no-warnings', '--import', 'tsx', ...execArgv],
    env: { ...process.env, ...environment },
  });
  await ask(child, { task });
  return {
    run: async (batch) => {
      const reply = await ask(child, { batch });
      if (!('result' in reply)) throw new Error('The worker answered no result.');
      return reply.result;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // Ends by itself then, so that a profile is written.
      child.disconnect();
      const limit = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(limit);
    },
  };
}

function ask(child: ChildProcess, message: { task: WorkerTask } | { batch: Batch }): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => {
      reject(new Error('The worker ended.'));
    };
    child.once('exit', onExit);
    child.once('message', (reply: Reply) => {
      child.off('exit', onExit);
      if ('error' in reply) reject(new Error(`A worker failed: ${reply.error}`));
      else resolve(reply);
    });
    child.send(message);
  });
}
