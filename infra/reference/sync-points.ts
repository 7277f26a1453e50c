import { KIB, MAX_DATA_BYTES, MAX_PARTICIPANTS } from '../../lib/common/limits';
import type { ReferenceOf } from '../../lib/http/openapi';
import type { syncPointRoutes } from '../../lib/sync-points/routes';
import { CREATION, LISTED, rosterReference, WAITING } from './rosters';

const { changeErrors, ...shared } = rosterReference({
  noun: 'sync point',
  code: 'sync-point',
  ended: 'sync-point.not-waiting',
  afterFailure:
    'Without a `quorum` and with `endWhen: "decided"`, the first failure fails the sync point at once; with a `quorum`, ' +
    'it fails when too few are left.',
  completes: 'if all others have arrived, or the `quorum` is reached, the sync point is completed.',
});

export const syncPointReference: ReferenceOf<typeof syncPointRoutes> = {
  ...shared,
  create: {
    description: `Creates a barrier for 2 to ${MAX_PARTICIPANTS.toLocaleString('en-US')} participants. It is \`waiting\` until it ends, once: \`completed\`, \`failed\`,
\`expired\` or \`cancelled\`.

\`quorum\` says how many arrivals are enough, by default everyone's. \`endWhen\` says whether it ends as soon as that is
decided, or only when nobody is pending. Together they make all, any, k of n, and all-settled. Give a deadline, or a
participant that has died makes the others wait for ever.

${CREATION}`,
    errors: ['sync-point.exists', 'request.idempotency-key-reused'],
  },
  list: {
    description: `Lists the sync points in which the caller takes part, or that it created (\`role\` tells them apart). ${LISTED}`,
    errors: ['auth.forbidden'],
  },
  get: {
    description: `Reads who has arrived, failed or been excused, and who is missing. ${WAITING}

For participants, the creator and admins; to all others it does not exist. To arrive and wait in one request, use
\`POST …/arrivals?wait=\`.`,
    errors: ['sync-point.not-found'],
  },
  move: {
    description: `Moves the deadline while the sync point is \`waiting\`: later, earlier, or away with \`deadline: null\`. For the creator
and admins. Participants that are pending get a message. A move to the present deadline changes nothing.

A deadline that has passed can't be moved: the sync point has expired.`,
    errors: changeErrors,
  },
  arrive: {
    description: `The caller has done its part. The data (up to ${MAX_DATA_BYTES / KIB} KiB of JSON) is stored with the arrival, for all participants to read.
With \`wait\`, the response comes when the sync point has ended, or after that many seconds, and has \`syncPoint\`.

**A retry is safe.** A repeat with the same data, or with none, responds with 200 and \`repeated: true\`, even after the
ending. A repeat with other data is refused. After the deadline nothing is accepted.

An arrival costs 1 write unit with up to 1,000 participants. Next: read \`GET …/arrivals\` for the data of the others.`,
    errors: [
      'sync-point.not-found',
      'sync-point.not-participant',
      'sync-point.arrived-otherwise',
      'sync-point.failed-otherwise',
      'sync-point.excused',
      'sync-point.not-waiting',
      'sync-point.expired',
    ],
  },
  listArrivals: {
    description: `Lists who has arrived, when, and with which data, in order of arrival. Those who haven't are not in it: for them read
\`GET …/participants\`. Before the ending the list still grows at its end.`,
    errors: ['sync-point.not-found'],
  },
  listParticipants: {
    description: `Lists every participant with its outcome, time, reason and data, in the order given at creation. \`outcome=pending\`
lists those missing, \`outcome=failed\` tells what went wrong.`,
    errors: ['sync-point.not-found'],
  },
};
