import type { ProgressTracker, SyncPoint } from '@muster/client';
import { useOpenRosters, useEnded } from '../live/own-rosters';
import { keyOf, type Outcome, type Roster } from '../live/roster';
import { useShared } from '../live/use-room';
import { rosterPath } from '../parts/agent-link';
import { MoreButton } from '../parts/more-button';
import { Loading, Notice } from '../parts/notice';
import { outcomeOf, wordOf } from '../parts/outcome';
import { Status } from '../parts/status';
import { When } from '../parts/when';
import { SyncPointCard } from './sync-point-card';
import { TrackerCard } from './tracker-card';

/** What an agent takes part in and what it created, with what became of its part. */
export function AgentRosters({ id }: { readonly id: string }) {
  const { room, session } = useShared();
  const open = useOpenRosters(id);
  const who = session.me.id === id ? 'you take part in or have created' : 'it takes part in or has created';
  return (
    <>
      <section>
        <h2>Open {room.isReady.value && <span class="muted">{open.length}</span>}</h2>
        {open.length > 0 ? (
          <div class="cards">
            {open.map((roster) => (
              <OpenPart key={roster.key} roster={roster} agentId={id} />
            ))}
          </div>
        ) : room.isReady.value ? (
          <Notice title="Nothing is open.">What {who} shows up here while it is under way.</Notice>
        ) : (
          <Loading what="what is open" />
        )}
      </section>
      <Ended id={id} />
    </>
  );
}

function OpenPart({ roster, agentId }: { readonly roster: Roster; readonly agentId: string }) {
  const { room } = useShared();
  roster.observe();
  const outcome = roster.outcomes.get(agentId);
  const { steps, totalSteps = Infinity } = roster.progress ?? {};
  const pendingWord = (steps?.get(agentId) ?? 0) < totalSteps ? 'waited for' : 'done';
  const word = outcome === 'pending' ? pendingWord : outcome;
  return (
    <div class="part">
      {roster.kind === 'tracker' ? (
        <TrackerCard roster={roster} />
      ) : (
        <SyncPointCard roster={roster} lost={room.directory.lost} />
      )}
      <p class="part-line">
        <Part agentId={agentId} outcome={outcome} word={word} createdBy={roster.latest.createdBy} />
      </p>
    </div>
  );
}

function Ended({ id }: { readonly id: string }) {
  const { views, pager } = useEnded(id);
  const state = pager.state.value;
  const isFirst = views.length === 0 && state === 'reading';
  return (
    <section>
      <h2>Ended</h2>
      {views.length > 0 && (
        <ul class="ended">
          {views.map((view) => (
            <EndedPart key={keyOf(view)} view={view} agentId={id} />
          ))}
        </ul>
      )}
      {views.length === 0 && state === 'done' && <Notice title="Nothing has ended yet." />}
      {isFirst ? <Loading what="what has ended" /> : <MoreButton pager={pager}>Show more</MoreButton>}
    </section>
  );
}

function EndedPart({ view, agentId }: { readonly view: SyncPoint | ProgressTracker; readonly agentId: string }) {
  const kind = 'totalSteps' in view ? 'tracker' : 'sync-point';
  const outcome = outcomeOf(view, agentId);
  const word = outcome && wordOf(view, agentId, outcome);
  return (
    <li>
      <span class="ended-name">
        <a href={rosterPath(kind, view.id)}>{view.name}</a>
        {view.endReason !== null && <q class="reason">{view.endReason}</q>}
      </span>
      <Status of={view.status} />
      <span class="ended-part">
        <Part agentId={agentId} outcome={outcome} word={word} createdBy={view.createdBy} />
      </span>
      <span class="muted ended-when">{view.endedAt !== null && <When at={view.endedAt} />}</span>
    </li>
  );
}

interface PartProps {
  readonly agentId: string;
  /** undefined if it doesn't take part. */
  readonly outcome: Outcome | undefined;
  readonly word: string | undefined;
  readonly createdBy: string;
}

function Part({ agentId, outcome, word, createdBy }: PartProps) {
  const isSelf = useShared().session.me.id === agentId;
  return (
    <>
      {outcome && (
        <>
          <span class="muted">{isSelf ? 'your' : 'its'} part</span> <Status of={outcome}>{word}</Status>
        </>
      )}
      {createdBy === agentId && (
        <span class="muted">
          {outcome && ', '}
          {isSelf ? 'created by you' : 'created it'}
        </span>
      )}
    </>
  );
}
