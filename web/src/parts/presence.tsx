import type { AgentEntry } from '@muster/client';
import { now } from '../live/clock';
import { relativeText } from '../text';
import { Status } from './status';
import { exact, When } from './when';

/** Whether an agent is there, and since when. */
export function Presence({ agent: { active, presence, deactivatedAt } }: { readonly agent: AgentEntry }) {
  if (!active) {
    return (
      <>
        <Status of="cancelled">deactivated</Status>
        {typeof deactivatedAt === 'string' && (
          <span class="muted">
            {' '}
            <When at={deactivatedAt} />
          </span>
        )}
      </>
    );
  }
  if (presence === null) return <span class="muted">not checked in</span>;
  const { status, since, lostAt } = presence;
  return (
    <>
      <Status of={status} />{' '}
      <span class="muted">
        {status === 'present' && 'since '}
        <When at={status === 'present' ? since : (lostAt ?? since)} />
      </span>
    </>
  );
}

/** Until when an agent has promised to check in again, as of the last reading. */
export function NextCheckIn({ agent: { active, presence } }: { readonly agent: AgentEntry }) {
  const expiresAt = presence?.expiresAt ?? null;
  if (!active || expiresAt === null) return null;
  const expiresMs = Date.parse(expiresAt);
  return (
    <span class="muted" title={exact(expiresAt)}>
      {expiresMs > now.value
        ? `expires ${relativeText(expiresMs, now.value)}`
        : `was due ${relativeText(expiresMs, now.value)}`}
    </span>
  );
}
