/**
 * Fan-out and fan-in: starts a worker process for each part of the work, waits until all have arrived, and puts their
 * results together. It registers the workers, so the token in MUSTER_TOKEN is an admin's, as in examples/README.md:
 *
 *     npx tsx examples/fan-out-fan-in/orchestrator.ts 10 200 3000
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Muster, SyncPointFailed } from '@muster/client';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

const muster = new Muster();
const parts = process.argv.slice(2);
const run = randomUUID().slice(0, 8);
const workers = parts.map((part, index) => ({ id: `worker-${run}-${index + 1}`, part }));

// The sync point first: a worker that arrives at once finds it there. It may name agents that aren't registered yet.
const { id } = await muster.syncPoints.create({
  id: `primes-${run}`,
  name: 'Count primes',
  participants: workers.map((worker) => worker.id),
  deadlineSeconds: 600,
});

for (const { id: workerId, part } of workers) {
  const { token } = await muster.agents.register({ id: workerId, name: `Worker of run ${run}` });
  // In the environment, because arguments are in the process list.
  const child = spawn(process.execPath, [...process.execArgv, WORKER, id, part], {
    env: { ...process.env, MUSTER_TOKEN: token },
    stdio: 'inherit',
  });
  // A worker that has arrived or failed has said so itself. This is for one that was killed before.
  child.once('exit', (exitCode, signal) => {
    if (exitCode === 0) return;
    const reason = `It ended with ${signal ?? String(exitCode)}`;
    new Muster({ token }).syncPoints.fail(id, { reason }).catch(() => undefined);
  });
}

try {
  const { data } = await muster.syncPoints.wait(id);
  const results = Object.values(data) as { readonly primes: number }[];
  console.log(`${results.reduce((sum, { primes }) => sum + primes, 0)} primes, counted by ${results.length} workers`);
} catch (error) {
  if (!(error instanceof SyncPointFailed)) throw error;
  for (const { agentId, outcome, reason } of error.end.participants) {
    if (outcome === 'failed') console.error(`${agentId} has failed: ${reason ?? 'it gave no reason'}`);
  }
  process.exitCode = 1;
}
