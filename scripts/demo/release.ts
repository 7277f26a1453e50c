/** Five agents meet before a release; now and then one fails, one hangs and is lost, or the lead calls it off. */
import { unlessEnded } from './cast';
import type { Scene, Stage } from './scene';

const PARTICIPANTS = ['build-linux', 'build-macos', 'unit-tests', 'browser-tests', 'security-audit'] as const;

type Participant = (typeof PARTICIPANTS)[number];

const PRODUCTS = ['Storefront', 'Billing service', 'Mobile gateway', 'Search index', 'Admin tools'];

/** What each says when it can't, and what it brings when it can. */
const REASONS: Readonly<Record<Participant, readonly string[]>> = {
  'build-linux': ['The linker ran out of memory', 'The base image was withdrawn', 'The disk of the builder is full'],
  'build-macos': ['The signing certificate has expired', 'Notarization was refused', 'Xcode 17 is not installed'],
  'unit-tests': ['3 of 1,842 tests fail in pricing/rounding', 'A test leaks a timer', 'Coverage fell below 90 %'],
  'browser-tests': ['The login page never became idle', 'A dialog can’t be closed with Escape', 'Checkout shows NaN'],
  'security-audit': ['A dependency has a known hole', 'A token was found in the logs', 'The licence scan failed'],
};

function broughtBy(role: Participant, { draws }: Stage): unknown {
  switch (role) {
    case 'build-linux':
      return { image: `registry.example/app:${draws.whole(100, 999)}`, megabytes: draws.whole(80, 240) };
    case 'build-macos':
      return { package: `app-${draws.whole(100, 999)}.pkg`, signed: true };
    case 'unit-tests':
      return { tests: draws.whole(1_800, 1_900), seconds: draws.whole(40, 90) };
    case 'browser-tests':
      return { journeys: draws.whole(30, 44), retried: draws.whole(0, 3) };
    case 'security-audit':
      return { dependencies: draws.whole(300, 420), findings: 0 };
  }
}

type Twist = 'none' | 'failure' | 'hang' | 'cancel';

/** In this order, so that everything has been seen after four releases. */
const TWISTS: readonly Twist[] = ['failure', 'hang', 'none', 'cancel'];
const CANCELLED = ['The release is off: legal wants to read it', 'Frozen until Monday', 'The product owner has flown'];

export const release: Scene = async (stage) => {
  const { cast, draws, pause, nextId } = stage;
  const lead = cast['release-lead'].muster;
  const twist = draws.inTurn(TWISTS);
  const product = draws.pick(PRODUCTS);
  const version = `${draws.whole(1, 9)}.${draws.whole(0, 20)}`;
  const { id } = await lead.syncPoints.create({
    id: nextId('release'),
    name: `${product} ${version}`,
    description: 'Everything that has to be ready before it is deployed.',
    participants: [...PARTICIPANTS],
    // Whoever fails is heard, and so are the others; then it is decided.
    endWhen: 'everyone',
    deadlineSeconds: draws.whole(80, 110),
    warnSeconds: 25,
    metadata: { product, version, twist },
  });
  const special = draws.pick(PARTICIPANTS);
  if (twist === 'hang') cast['browser-tests'].hang(draws);
  const working = PARTICIPANTS.map((role) => partOf(role, id, twist === 'failure' && role === special, stage));
  if (twist === 'cancel') {
    await pause(9_000, 13_000);
    await unlessEnded(lead.syncPoints.cancel(id, { reason: draws.pick(CANCELLED) }));
  }
  await Promise.all(working);
  await pause(3_000, 8_000);
};

async function partOf(role: Participant, id: string, fails: boolean, stage: Stage): Promise<void> {
  const player = stage.cast[role];
  await player.work(stage.draws.between(2_000, 26_000), stage.signal);
  const { syncPoints } = player.muster;
  if (fails) await unlessEnded(syncPoints.fail(id, { reason: stage.draws.pick(REASONS[role]) }));
  else await unlessEnded(syncPoints.arrive(id, { data: broughtBy(role, stage) }));
}
