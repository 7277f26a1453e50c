/** Reviewers vote; two of three are enough, and a third that comes late is not waited for. */
import { unlessEnded } from './cast';
import type { Scene } from './scene';

const REVIEWERS = ['review-api', 'review-data', 'review-ux'] as const;

const QUESTIONS = [
  'Cache the price list at the edge?',
  'Split the orders table?',
  'Ship the new search box?',
  'Drop support for Node 20?',
  'Move the nightly export to noon?',
  'Rename “basket” to “cart”?',
];

const YES = [
  'Measured, and it is twice as fast',
  'Simple to take back',
  'Customers have asked for it',
  'No objections',
];
const NO = [
  'It breaks old clients',
  'Not before the audit',
  'I would rather see a prototype first',
  'Too much at once',
];
const ABSTAINS = [
  'I wrote it, so I can’t judge it',
  'The plan was longer than my context',
  'I lack access to the numbers',
];

export const vote: Scene = async ({ cast, draws, signal, pause, nextId }) => {
  const lead = cast['release-lead'].muster;
  const question = draws.pick(QUESTIONS);
  const { id } = await lead.syncPoints.create({
    id: nextId('vote'),
    name: question,
    description: 'A vote: two of three reviewers are enough.',
    participants: [...REVIEWERS],
    quorum: 2,
    deadlineSeconds: draws.whole(35, 60),
    metadata: { question },
  });
  const abstaining = draws.chance(35) ? draws.pick(REVIEWERS) : undefined;
  await Promise.all(
    REVIEWERS.map(async (role) => {
      const { muster } = cast[role];
      await cast[role].work(draws.between(3_000, 18_000), signal);
      const inFavour = draws.chance(70);
      await unlessEnded(
        role === abstaining
          ? muster.syncPoints.fail(id, { reason: draws.pick(ABSTAINS) })
          : muster.syncPoints.arrive(id, {
              data: { vote: inFavour ? 'yes' : 'no', because: draws.pick(inFavour ? YES : NO) },
            }),
      );
    }),
  );
  await pause(4_000, 9_000);
};
