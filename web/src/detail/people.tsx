/** Who is missing, who failed and why, and who was excused: the first of each, the rest in the table. */
import { useMemo } from 'preact/hooks';
import type { Outcome } from '../live/roster';
import { AgentLink, rosterPath } from '../parts/agent-link';
import { Status } from '../parts/status';
import { countText, fewOf } from '../text';
import { happenedOf } from './timeline-data';
import { isOpen, isTracker, useDetail, useLost } from './use-detail';

const MOST_NAMES = 12;
const MOST_REASONS = 5;

export function People() {
  const { view } = useDetail();
  const { missingParticipants: missing, failedParticipants: failed, excusedParticipants: excused } = view;
  return (
    <div class="waited-for">
      {missing.length > 0 && <Missing missing={missing} />}
      {failed.length > 0 && <Group title={`${countText(failed.length)} failed`} outcome="failed" ids={failed} />}
      {excused.length > 0 && <Group title={`${countText(excused.length)} excused`} outcome="excused" ids={excused} />}
      {missing.length === 0 && failed.length === 0 && view.arrivedParticipants.length > 0 && (
        <p class="muted">
          {excused.length > 0 ? 'Everyone else' : 'Everyone'} {isTracker(view) ? 'is through' : 'has arrived'}.
        </p>
      )}
    </div>
  );
}

/** The lost ones first: they are why it hangs. */
function Missing({ missing }: { readonly missing: readonly string[] }) {
  const { view } = useDetail();
  const lost = useLost();
  const lostOnes = missing.filter((agentId) => lost.has(agentId));
  const others = lostOnes.length === 0 ? missing : missing.filter((agentId) => !lost.has(agentId));
  const { shown, more } = fewOf([...lostOnes, ...others.slice(0, MOST_NAMES)], missing.length, MOST_NAMES);
  return (
    <section>
      <h3>
        {isOpen(view) ? 'Waiting for' : 'Missing:'} {countText(missing.length)}
        {lostOnes.length > 0 && <span class="alert">, {countText(lostOnes.length)} lost</span>}
      </h3>
      <ul class="names">
        {shown.map((agentId) => (
          <li key={agentId}>
            {lost.has(agentId) ? <Status of="lost">{`${agentId} (lost)`}</Status> : <AgentLink id={agentId} />}
          </li>
        ))}
        <RestOf more={more} outcome="pending" />
      </ul>
    </section>
  );
}

interface GroupProps {
  readonly title: string;
  readonly outcome: 'failed' | 'excused';
  readonly ids: readonly string[];
}

/** With the reasons, which are in the events. */
function Group({ title, outcome, ids }: GroupProps) {
  const { all, recent } = useDetail().detail.log;
  const { shown, more } = fewOf(ids, ids.length, MOST_REASONS);
  const reasons = useMemo(() => {
    const told = happenedOf([...all.items.value, ...recent.value]).filter((one) => one.outcome === outcome);
    return new Map(told.map(({ agentId, reason }) => [agentId, reason]));
  }, [all.items.value, recent.value, outcome]);
  return (
    <section>
      <h3>
        <Status of={outcome}>{title}</Status>
      </h3>
      <ul class="reasons">
        {shown.map((agentId) => (
          <li key={agentId}>
            <AgentLink id={agentId} />
            {typeof reasons.get(agentId) === 'string' && <q class="reason">{reasons.get(agentId)}</q>}
          </li>
        ))}
        <RestOf more={more} outcome={outcome} />
      </ul>
    </section>
  );
}

interface RestOfProps {
  readonly more: number;
  readonly outcome: Outcome;
}

function RestOf({ more, outcome }: RestOfProps) {
  const { kind, view } = useDetail();
  if (more <= 0) return null;
  return (
    <li>
      <a
        href={`${rosterPath(kind, view.id)}?outcome=${outcome}`}
        onClick={() => {
          document.getElementById('parts')?.scrollIntoView();
        }}
      >
        and {countText(more)} more
      </a>
    </li>
  );
}
