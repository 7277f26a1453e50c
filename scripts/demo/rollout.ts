/** One agent tells how far a roll-out is; sometimes it has to give up half-way. */
import { unlessEnded } from './cast';
import type { Scene } from './scene';

const REGIONS = ['Frankfurt', 'Dublin', 'Ohio', 'Tokyo', 'São Paulo', 'Sydney'];
const FAILURES = ['5xx rose to 4 % after the third step', 'Health checks time out', 'The canary ran out of memory'];

export const rollOut: Scene = async ({ cast, draws, pause, nextId }) => {
  const { trackers } = cast['build-linux'].muster;
  const totalSteps = draws.whole(10, 20);
  const { id } = await trackers.create({
    id: nextId('roll-out'),
    name: `Roll-out to ${draws.pick(REGIONS)}`,
    totalSteps,
    deadlineSeconds: 300,
    stallSeconds: 30,
    metadata: { instances: totalSteps * 4 },
  });
  const givesUpAt = draws.chance(30) ? draws.whole(4, totalSteps - 2) : Infinity;
  for (let step = 1; step <= totalSteps; step++) {
    await pause(900, 3_200);
    if (step >= givesUpAt) {
      await unlessEnded(trackers.endAsFailed(id, { reason: draws.pick(FAILURES) }));
      break;
    }
    await unlessEnded(trackers.report(id, { step, data: { instances: step * 4 } }));
  }
  await pause(2_000, 6_000);
};
