import type { ReadonlySignal } from '@preact/signals';
import type { Roster } from '../live/roster';
import { rosterPath } from '../parts/agent-link';
import { Countdown } from '../parts/countdown';
import { Ring } from '../parts/ring';
import { Status } from '../parts/status';
import { countText, fewOf, plural } from '../text';

interface SyncPointCardProps {
  readonly roster: Roster;
  /** Ids of lost agents. */
  readonly lost: ReadonlySignal<ReadonlySet<string>>;
}

/** Who has come, who is missing, who failed, and how much time is left. */
export function SyncPointCard({ roster, lost }: SyncPointCardProps) {
  roster.observe();
  const { id, latest, outcomes, pending, failed, arrived, excused } = roster;
  const quorum = 'quorum' in latest ? latest.quorum : null;
  return (
    <article class={`card ${roster.status}`}>
      <Ring
        total={outcomes.size}
        counts={{ arrived, failed: failed.size, excused }}
        quorum={quorum}
        label={ringLabel(roster)}
      />
      <div class="card-body">
        <h3>
          <a href={rosterPath('sync-point', id)}>{latest.name}</a>
        </h3>
        <p class="card-id id">{id}</p>
        {roster.isOpen ? (
          <>
            <p class="card-line">
              {pending.size > 0 ? <Missing pending={pending} lost={lost.value} /> : 'Everyone has come.'}
            </p>
            <Failures failed={failed} />
            <Countdown deadline={roster.deadline} createdAt={latest.createdAt} warnSeconds={latest.warnSeconds} />
          </>
        ) : (
          <>
            <p class="card-line">
              <Status of={roster.status} />
            </p>
            <Failures failed={failed} />
            {pending.size > 0 && <p class="card-line muted">{plural(pending.size, 'participant')} missing</p>}
          </>
        )}
      </div>
    </article>
  );
}

function ringLabel({ outcomes, needed, arrived, failed, pending }: Roster): string {
  const failures = failed.size > 0 ? `, ${failed.size} failed` : '';
  return `${arrived} of ${outcomes.size} arrived, ${needed} are enough, ${pending.size} missing${failures}`;
}

interface MissingProps {
  readonly pending: ReadonlySet<string>;
  readonly lost: ReadonlySet<string>;
}

const MOST_NAMES = 4;

/** The lost ones first: they are why it hangs. */
function Missing({ pending, lost }: MissingProps) {
  const lostOnes = [...lost].filter((agentId) => pending.has(agentId));
  const { shown, more } = fewOf(
    pending.size > MOST_NAMES ? [...lostOnes, ...firstOthers(pending, lost)] : pending,
    pending.size,
    MOST_NAMES,
  );
  return (
    <>
      Waiting for{' '}
      {shown.map((agentId, index) => (
        <>
          {index > 0 && ', '}
          <span
            class={lost.has(agentId) ? 'id lost' : 'id'}
            title={lost.has(agentId) ? 'lost: no check-in' : undefined}
          >
            {agentId}
            {lost.has(agentId) && ' (lost)'}
          </span>
        </>
      ))}
      {more > 0 && ` and ${countText(more)} more`}
    </>
  );
}

function firstOthers(pending: ReadonlySet<string>, lost: ReadonlySet<string>): string[] {
  const others: string[] = [];
  for (const agentId of pending) {
    if (others.length === MOST_NAMES) break;
    if (!lost.has(agentId)) others.push(agentId);
  }
  return others;
}

function Failures({ failed }: { readonly failed: ReadonlyMap<string, string | null> }) {
  const [first] = failed;
  if (!first) return null;
  const [agentId, reason] = first;
  return (
    <p class="card-line failures">
      <Status of="failed">{agentId}</Status>
      {reason !== null && <q class="reason">{reason}</q>}
      {failed.size > 1 && <span class="muted"> and {countText(failed.size - 1)} more</span>}
    </p>
  );
}
