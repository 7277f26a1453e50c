import type { SyncPoint } from '@muster/client';
import { useRoute } from 'preact-iso';
import { Frame, OwnOutcome } from '../detail/frame';
import { Messages } from '../detail/messages';
import { Participants } from '../detail/participants';
import { Parts } from '../detail/parts';
import { People } from '../detail/people';
import { Timeline } from '../detail/timeline';
import { isOpen, useSyncPoint } from '../detail/use-detail';
import { Countdown } from '../parts/countdown';
import { Ring } from '../parts/ring';
import { countText } from '../text';

/** Who has come and who is missing, when everyone came, and what can be done about it. */
export function SyncPointPage() {
  const id = useRoute().params['id'] ?? '';
  return <SyncPointOf key={id} id={id} />;
}

const PARTS = [
  ['Participants', Participants],
  ['Messages', Messages],
] as const;

function SyncPointOf({ id }: { readonly id: string }) {
  const detail = useSyncPoint(id);
  const view = detail.watched.view.value;
  return (
    <Frame kind="sync-point" id={id} detail={detail}>
      {view && <State view={view} />}
      <Timeline />
      <Parts parts={PARTS} />
    </Frame>
  );
}

function State({ view }: { readonly view: SyncPoint }) {
  const { participants, arrivedParticipants, failedParticipants, excusedParticipants, missingParticipants } = view;
  const arrived = arrivedParticipants.length;
  return (
    <section class="panel state">
      <h2 class="for-readers">State</h2>
      <Ring
        total={participants.length}
        counts={{ arrived, failed: failedParticipants.length, excused: excusedParticipants.length }}
        quorum={view.quorum}
        label={`${arrived} of ${participants.length} arrived, ${failedParticipants.length} failed, ${missingParticipants.length} missing`}
      />
      <div class="state-body">
        <OwnOutcome />
        <p>{ruleOf(view)}</p>
        {isOpen(view) && (
          <Countdown deadline={view.deadline} createdAt={view.createdAt} warnSeconds={view.warnSeconds} />
        )}
        <People />
      </div>
    </section>
  );
}

/** Quorum and `endWhen`, in words. */
function ruleOf({ quorum, endWhen, participants }: SyncPoint): string {
  const enough = quorum === null ? 'everyone' : `${countText(quorum)} of ${countText(participants.length)}`;
  if (endWhen === 'everyone') {
    return `It waits until nobody is pending or the deadline comes, and completes if ${enough} arrived.`;
  }
  return quorum === null
    ? 'It completes when everyone has arrived; the first failure fails it.'
    : `It completes as soon as ${enough} have arrived, and fails when that has become impossible.`;
}
