/** A worker: counts the primes up to a limit. It is given the sync point, and its token in the environment. */
import { Muster, SyncPointEnded } from '@muster/client';

const [syncPointId = '', limit = ''] = process.argv.slice(2);
const point = new Muster().syncPoint(syncPointId);

function countPrimes(upTo: number): number {
  if (!Number.isSafeInteger(upTo)) throw new Error(`${limit} is not a whole number`);
  const isComposite = new Uint8Array(upTo + 1);
  let primes = 0;
  for (let candidate = 2; candidate <= upTo; candidate += 1) {
    if (isComposite[candidate]) continue;
    primes += 1;
    for (let multiple = candidate * candidate; multiple <= upTo; multiple += candidate) isComposite[multiple] = 1;
  }
  return primes;
}

try {
  // To go on at once, `point.arrive({ data })`. Here each waits for the others, and sees their results.
  const { data } = await point.arriveAndWait({ data: { primes: countPrimes(Number(limit)) } });
  console.log(`One of ${Object.keys(data).length} workers is done`);
} catch (error) {
  // Somebody else has failed, or the deadline has passed: the orchestrator says which.
  if (!(error instanceof SyncPointEnded)) await point.fail({ reason: (error as Error).message });
}
