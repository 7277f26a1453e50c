import type { ReferenceOf } from '../../lib/http/openapi';
import type { trackerRoutes } from '../../lib/trackers/routes';
import { CREATION, LISTED, rosterReference, WAITING } from './rosters';

const { changeErrors, ...shared } = rosterReference({
  noun: 'progress tracker',
  code: 'progress-tracker',
  ended: 'progress-tracker.not-active',
  afterFailure:
    'With `completeWhen: "everyone"` this fails the tracker at once; otherwise its creator gets a message and decides.',
  completes: 'with `completeWhen: "everyone"`, the tracker is completed if all others have reached the total.',
});

export const trackerReference: ReferenceOf<typeof trackerRoutes> = {
  ...shared,
  create: {
    description: `Creates a tracker of \`totalSteps\` steps. Each participant reports a step of its own; the creator reports the overall
step. With \`completeWhen: "creator"\`, the creator completes it by reaching the total. With \`"everyone"\`, it is completed
when all participants have.

\`stallSeconds\` tells the creator when nothing moves any more; \`deadline\` ends the tracker. \`monotonic\` refuses steps that
go back.

${CREATION}`,
    errors: ['progress-tracker.exists', 'request.idempotency-key-reused'],
  },
  list: {
    description: `Lists the progress trackers in which the caller takes part, or that it created (\`role\` tells them apart). ${LISTED}`,
    errors: ['auth.forbidden'],
  },
  get: {
    description: `Reads the overall step, the step of each participant, the percentages and the estimated time left. ${WAITING}
Reports of participants count as changes.

For participants, the creator and admins; to all others it does not exist.`,
    errors: ['progress-tracker.not-found'],
  },
  report: {
    description: `Says which step the caller has reached, between 0 and \`totalSteps\`. Data is stored with the report. A participant
moves its own step, the creator the overall one; a creator that takes part moves both.

**A retry is safe.** The present step again, with the same data or none, is a sign of life: 200 and \`repeated: true\`,
without an event. \`ifStep\` accepts the report only if nobody has moved the step in between.

With \`completeWhen: "everyone"\`, reaching the total is final for the participant. A report costs 1 write unit with up to
1,000 participants.`,
    errors: [
      'progress-tracker.not-found',
      'progress-tracker.not-participant',
      'progress-tracker.failed-otherwise',
      'progress-tracker.excused',
      'progress-tracker.finished',
      'progress-tracker.step-mismatch',
      'progress-tracker.step-went-back',
      'progress-tracker.not-active',
      'progress-tracker.expired',
    ],
  },
  listReports: {
    description: `Lists the reports with their steps, times and data, oldest first. Repeats are not in it. For the present steps,
read the tracker itself.`,
    errors: ['progress-tracker.not-found'],
  },
  change: {
    description: `Moves the deadline (later, earlier, or away with \`deadline: null\`) or changes \`totalSteps\`, while the tracker is
\`active\`. The total can't be set below a step that was reported. For the creator and admins. Values that are set already change
nothing.

With \`completeWhen: "everyone"\`, a lower total may complete the tracker. Participants that had reached the old total stay
done.`,
    errors: changeErrors,
  },
  listParticipants: {
    description: `Lists every participant with its step, percentage, last report and outcome, in the order given at creation. A
participant *arrives* by reaching the total, with \`completeWhen: "everyone"\`.`,
    errors: ['progress-tracker.not-found'],
  },
};
