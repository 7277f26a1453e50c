/** An hour of work as the pictures of the console show it, on a clock that is turned: the same every time. */
import { Muster } from '@muster/client';
import { type Role, ROLES } from '../../../../scripts/demo/roles';
import type { InProcessStack } from '../../../../test/support/in-process-stack';

/** When the pictures are taken. The clock of a stack can be turned forward only. */
export const PICTURE_MS = Date.parse('2031-05-14T09:30:00.000Z');

const MINUTE_MS = 60_000;

const BUILDERS: readonly Role[] = ['build-linux', 'build-macos', 'unit-tests', 'browser-tests', 'security-audit'];
const REVIEWERS: readonly Role[] = ['review-api', 'review-data', 'review-ux'];
const IMPORTERS: readonly Role[] = ['import-a', 'import-b', 'import-c'];

/** Steps between two reports. */
const PACES: readonly (readonly [Role, number])[] = [
  ['import-a', 2.9],
  ['import-b', 2.1],
  ['import-c', 1.2],
];

export interface PlayedScene {
  readonly adminToken: string;
  /** Whose page is shown as it sees it itself. */
  readonly agent: { readonly id: Role; readonly token: string };
  readonly syncPoint: string;
  readonly tracker: string;
}

export async function playScene({ url, adminToken, clock }: InProcessStack): Promise<PlayedScene> {
  const at = (minutesBefore: number): Promise<void> => clock.turnTo(PICTURE_MS - minutesBefore * MINUTE_MS);
  const admin = new Muster({ url, token: adminToken });
  await at(64);
  const tokens = new Map<Role, string>();
  for (const [id, name] of Object.entries(ROLES) as [Role, string][]) {
    const metadata = { team: id.split('-')[0] };
    tokens.set(id, (await admin.agents.register({ id, name, metadata })).token);
  }
  const as = (id: Role): Muster => new Muster({ url, token: tokens.get(id) ?? null });

  await playPast(as, at);

  await at(9);
  const lead = as('release-lead');
  const tracker = 'import-letters';
  await lead.trackers.create({
    ...{ id: tracker, name: 'Import: customer letters', participants: [...IMPORTERS], totalSteps: 40 },
    ...{ completeWhen: 'everyone', stallSeconds: 120, deadlineSeconds: 3_600, metadata: { archive: 'letters' } },
    description: 'Every importer takes its letters of the alphabet, in batches of a hundred.',
  });
  for (let report = 1; report <= 12; report++) {
    await at(9 - report * 0.5);
    for (const [id, pace] of PACES) {
      const step = Math.round(report * pace);
      await as(id).trackers.report(tracker, { step, data: { rows: step * 100, skipped: (report * 7) % 5 } });
    }
  }
  await playPresent(as, at);
  return {
    adminToken,
    agent: { id: 'security-audit', token: tokens.get('security-audit') ?? '' },
    syncPoint: 'release-2.8',
    tracker,
  };
}

type As = (id: Role) => Muster;
type At = (minutesBefore: number) => Promise<void>;

const TWISTS = ['completed', 'completed', 'expired', 'completed', 'failed', 'completed', 'cancelled'] as const;

/** Endings of each kind, over an hour. */
async function playPast(as: As, at: At): Promise<void> {
  const { syncPoints } = as('release-lead');
  for (let round = 0; round < 11; round++) {
    const beganAt = 60 - round * 4.5;
    await at(beganAt);
    const id = `nightly-${round + 1}`;
    const participants: Role[] = ['build-linux', 'unit-tests', 'review-api'];
    await syncPoints.create({ id, name: `Nightly ${round + 1}`, participants, deadlineSeconds: 120 });
    await at(beganAt - 1);
    const twist = TWISTS[round % TWISTS.length];
    await as('build-linux').syncPoints.arrive(id, { data: { image: `app:${round}` } });
    if (twist === 'failed') await as('unit-tests').syncPoints.fail(id, { reason: '3 of 1,842 tests fail in pricing' });
    else await as('unit-tests').syncPoints.arrive(id, { data: { tests: 1_842 } });
    if (twist === 'cancelled') await syncPoints.cancel(id, { reason: 'Frozen until Monday' });
    if (twist === 'completed') await as('review-api').syncPoints.arrive(id);
  }
}

async function playPresent(as: As, at: At): Promise<void> {
  const lead = as('release-lead');
  for (const id of Object.keys(ROLES) as Role[]) {
    // The one that doesn't check in again is lost when the pictures are taken.
    const ttlSeconds = id === 'browser-tests' ? 20 : 600;
    await as(id).presence.checkIn({ ttlSeconds });
  }
  const shared = { participants: [...BUILDERS], endWhen: 'everyone' as const, warnSeconds: 60 };
  await lead.syncPoints.create({
    ...{ ...shared, id: 'release-2.8', name: 'Storefront 2.8', deadlineSeconds: 420 },
    description: 'Everything that has to be ready before it is deployed.',
    metadata: { product: 'Storefront', version: '2.8' },
  });
  await at(0.5);
  await as('build-linux').syncPoints.arrive('release-2.8', { data: { image: 'app:281', megabytes: 142 } });
  await lead.syncPoints.create({
    // Taking all pictures takes a minute or two, in which it must not expire.
    ...{ ...shared, id: 'billing-5.1', name: 'Billing service 5.1', deadlineSeconds: 240, warnSeconds: 230 },
  });
  for (const id of ['build-linux', 'unit-tests', 'security-audit'] as const) {
    await as(id).syncPoints.arrive('billing-5.1');
  }
  await at(0.4);
  await as('unit-tests').syncPoints.arrive('release-2.8', { data: { tests: 1_842, seconds: 61 } });
  await as('build-macos').syncPoints.fail('release-2.8', { reason: 'The signing certificate has expired' });
  await lead.syncPoints.create({
    ...{ id: 'vote-cache', name: 'Cache the price list at the edge?', participants: [...REVIEWERS], quorum: 2 },
    deadlineSeconds: 600,
  });
  await as('review-data').syncPoints.arrive('vote-cache', { data: { vote: 'yes' } });
  const fleet = Array.from({ length: 240 }, (_, index) => `drone-${index + 1}`);
  await lead.syncPoints.create({ id: 'fleet', name: 'Fleet check', participants: ['import-a', ...fleet] });
  await at(0.3);
  const rollOut = as('build-linux').trackers;
  await rollOut.create({ id: 'roll-out-3', name: 'Roll-out to Frankfurt', totalSteps: 16, deadlineSeconds: 600 });
  for (let step = 1; step <= 6; step++) await rollOut.report('roll-out-3', { step, data: { instances: step * 4 } });
  await lead.messages.send({
    recipients: ['security-audit'],
    content: { type: 'APPROVAL_NEEDED', text: 'Deploy Storefront 2.8 to production in the next hour' },
    ...{ priority: 'HIGH', requiresAcknowledgment: true, expiresInSeconds: 3_600 },
  });
  await at(0.2);
  await as('review-api').messages.send({
    recipients: ['security-audit'],
    content: { type: 'QUESTION', text: 'Does the new endpoint need a rate limit?' },
  });
  await at(0);
}
