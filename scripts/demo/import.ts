/** Three agents work through an archive, each at its own pace; one rests long enough for the tracker to stall. */
import { unlessEnded } from './cast';
import type { Role } from './roles';
import type { Scene, Stage } from './scene';

const IMPORTERS = ['import-a', 'import-b', 'import-c'] as const satisfies readonly Role[];

const ARCHIVES = ['Invoices of 2019', 'Customer letters', 'Sensor logs, hall 3', 'Scanned contracts', 'Old wiki pages'];
const STALL_SECONDS = 8;
const REST_MS = { shortest: 12_000, longest: 16_000 };

export const importArchive: Scene = async (stage) => {
  const { cast, draws, pause, nextId } = stage;
  const lead = cast['release-lead'].muster;
  const totalSteps = draws.whole(18, 40);
  const archive = draws.pick(ARCHIVES);
  const { id } = await lead.trackers.create({
    id: nextId('import'),
    name: `Import: ${archive}`,
    description: 'Every importer takes its letters of the alphabet, in batches of a hundred.',
    participants: [...IMPORTERS],
    totalSteps,
    completeWhen: 'everyone',
    stallSeconds: STALL_SECONDS,
    deadlineSeconds: 600,
    metadata: { archive },
  });
  const restAt = draws.chance(60) ? draws.whole(4, totalSteps - 6) : undefined;
  const rest =
    restAt === undefined ? undefined : { step: restAt, ms: draws.between(REST_MS.shortest, REST_MS.longest) };
  await Promise.all(IMPORTERS.map((role) => work(role, { id, totalSteps, rest }, stage)));
  await pause(3_000, 6_000);
};

interface Import {
  readonly id: string;
  readonly totalSteps: number;
  /** All rest at this step, as if the source didn't answer. */
  readonly rest: { readonly step: number; readonly ms: number } | undefined;
}

async function work(role: Role, { id, totalSteps, rest }: Import, { cast, draws, signal }: Stage): Promise<void> {
  const player = cast[role];
  const paceMs = draws.between(600, 1_500);
  let hasRested = false;
  for (let step = 1; step <= totalSteps; step += draws.whole(1, 2)) {
    await player.work(draws.between(paceMs / 2, paceMs * 1.5), signal);
    if (rest && !hasRested && step >= rest.step) {
      hasRested = true;
      await player.work(rest.ms, signal);
    }
    const data = { rows: step * 100, skipped: draws.whole(0, 4) };
    await unlessEnded(player.muster.trackers.report(id, { step, data }));
  }
  await unlessEnded(player.muster.trackers.report(id, { step: totalSteps, data: { rows: totalSteps * 100 } }));
}
