/** What creators and admins can do with a sync point or tracker, each asked for first. */
import type { Muster } from '@muster/client';
import type { JSX } from 'preact';
import { useShared } from '../live/use-room';
import { ask } from '../parts/confirm';
import { textOf } from '../parts/json-field';
import { plural } from '../text';
import { DeadlineFields, deadlineOf } from './deadline-fields';
import { NOUNS, resourceOf, type Shown, useDetail, useMayChange } from './use-detail';

export function Actions() {
  const shown = useDetail();
  const { muster } = useShared().session;
  if (!useMayChange()) return null;
  const isAnyonePending = shown.view.missingParticipants.length > 0;
  const action = (text: string, run: (muster: Muster, shown: Shown) => void): JSX.Element => (
    <button
      type="button"
      class="secondary"
      onClick={() => {
        run(muster, shown);
      }}
    >
      {text}
    </button>
  );
  return (
    <div class="actions">
      {action('Move the deadline', askToMove)}
      {isAnyonePending && action('Excuse', askToExcuse)}
      {action('Complete', askTo('complete'))}
      {action('Fail', askTo('fail'))}
      {action('Cancel', askTo('cancel'))}
    </div>
  );
}

type Ending = 'complete' | 'fail' | 'cancel';

const ENDINGS = {
  complete: { verb: 'Complete it', ended: 'completed', call: 'complete' },
  fail: { verb: 'Fail it', ended: 'failed', call: 'endAsFailed' },
  cancel: { verb: 'Cancel it', ended: 'cancelled', call: 'cancel' },
} as const;

const askTo =
  (ending: Ending) =>
  (muster: Muster, { kind, view, detail }: Shown): void => {
    const { verb, ended, call } = ENDINGS[ending];
    const missing = view.missingParticipants.length;
    ask({
      title: `${verb.replace('it', `“${view.name}”`)}?`,
      what: `The ${NOUNS[kind]} ends as ${ended}, now and for ever. ${
        missing > 0 ? `Nobody waits for the ${plural(missing, 'missing participant')} any more, and all` : 'All'
      } participants and the creator are told.`,
      verb,
      danger: ending !== 'complete',
      children: <ReasonField />,
      onConfirm: async (form) => {
        detail.watched.show(await resourceOf(muster, kind)[call](view.id, reasonOf(form)));
      },
    });
  };

/** @param agentId if it has been said already, as in the row of a table */
export function askToExcuse(muster: Muster, { kind, view, detail }: Shown, agentId?: string): void {
  const resource = resourceOf(muster, kind);
  ask({
    title: agentId === undefined ? 'Excuse a participant?' : `Excuse ${agentId}?`,
    what: 'The others go on without it: nobody waits for it any more. It can’t arrive or report afterwards, and that can’t be undone.',
    verb: 'Excuse it',
    danger: true,
    children: (
      <>
        {agentId === undefined && <PendingField pending={view.missingParticipants} />}
        <ReasonField />
      </>
    ),
    onConfirm: async (form) => {
      await resource.excuse(view.id, { agentId: agentId ?? textOf(form, 'agentId'), ...reasonOf(form) });
      detail.watched.show(await resource.get(view.id));
    },
  });
}

function askToMove(muster: Muster, { kind, view, detail }: Shown): void {
  ask({
    title: 'Move the deadline?',
    what: 'Those who are still pending are told. At the deadline it ends, however many are missing.',
    verb: 'Move it',
    children: <DeadlineFields deadline={view.deadline} />,
    onConfirm: async (form) => {
      // It may have been moved since the dialog was opened.
      const deadline = deadlineOf(form, (detail.watched.view.peek() ?? view).deadline);
      detail.watched.show(
        await (kind === 'tracker'
          ? muster.trackers.change(view.id, deadline)
          : muster.syncPoints.move(view.id, deadline)),
      );
    },
  });
}

/** As many as a list to choose from can hold; others are typed. */
const MOST_OFFERED = 500;

const PendingField = ({ pending }: { readonly pending: readonly string[] }) => (
  <label>
    Who
    <input name="agentId" list="pending-participants" required autocomplete="off" placeholder={pending[0]} />
    <datalist id="pending-participants">
      {pending.slice(0, MOST_OFFERED).map((agentId) => (
        <option key={agentId} value={agentId} />
      ))}
    </datalist>
  </label>
);

const ReasonField = () => (
  <label>
    Reason <span class="muted">(everyone who takes part can read it)</span>
    <input name="reason" maxLength={MOST_REASON} autocomplete="off" />
  </label>
);

const MOST_REASON = 500;

function reasonOf(form: FormData): { reason?: string } {
  const reason = textOf(form, 'reason');
  return reason === '' ? {} : { reason };
}
