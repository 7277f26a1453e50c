/** Short appointments that nobody waits long for: one in two expires, since somebody is late. */
import { unlessEnded } from './cast';
import type { Role } from './roles';
import type { Scene } from './scene';

const APPOINTMENTS = [
  'Hand over the staging database',
  'Pair on the flaky login test',
  'Swap the two GPU slots',
  'Agree on the log format',
  'Take the canary off the load balancer',
  'Compare two query plans',
  'Go through last night’s alarms',
];

const PAIRS: readonly (readonly [Role, Role])[] = [
  ['review-api', 'unit-tests'],
  ['review-data', 'import-b'],
  ['security-audit', 'build-macos'],
  ['review-ux', 'build-linux'],
  ['import-c', 'review-api'],
];

/** Together less than ten seconds, so that whoever opens the page doesn't wait longer for an expiry. */
const DEADLINE_SECONDS = 6;
const AFTERWARDS_MS = { shortest: 800, longest: 2_200 };

/** Somebody comes, somebody doesn't. */
export const missed: Scene = async ({ cast, draws, signal, pause, nextId }) => {
  const [first, late] = draws.pick(PAIRS);
  const { id } = await cast[first].muster.syncPoints.create({
    id: nextId('appointment'),
    name: draws.pick(APPOINTMENTS),
    participants: [first, late],
    deadlineSeconds: DEADLINE_SECONDS,
    warnSeconds: 4,
  });
  await cast[first].work(draws.between(800, 3_500), signal);
  await unlessEnded(cast[first].muster.syncPoints.arrive(id, { data: { ready: true } }));
  await cast[first].muster.syncPoints.get(id, { wait: 10 }, { signal });
  await pause(AFTERWARDS_MS.shortest, AFTERWARDS_MS.longest);
};

/** Both come. */
export const kept: Scene = async ({ cast, draws, signal, pause, nextId }) => {
  const pair = draws.pick(PAIRS);
  const { id } = await cast[pair[0]].muster.syncPoints.create({
    id: nextId('meeting'),
    name: draws.pick(APPOINTMENTS),
    participants: [...pair],
    deadlineSeconds: draws.whole(20, 40),
  });
  await Promise.all(
    pair.map(async (role) => {
      await cast[role].work(draws.between(1_000, 9_000), signal);
      await unlessEnded(cast[role].muster.syncPoints.arrive(id));
    }),
  );
  await pause(1_000, 4_000);
};
