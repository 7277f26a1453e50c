import type { Event } from '@muster/client';
import type { RosterStatus } from '../live/roster';
import { useShared } from '../live/use-room';
import { AgentLink, rosterPath } from './agent-link';
import { Mark } from './status';
import { When } from './when';

interface Told {
  readonly mark: RosterStatus | 'arrived' | 'excused' | 'lost' | 'present' | 'stalled';
  readonly verb: string;
}

/** What a person reads for each type. */
const TOLD: Readonly<Record<Event['type'], Told>> = {
  SYNC_POINT_CREATED: { mark: 'waiting', verb: 'created' },
  SYNC_POINT_DEADLINE_CHANGED: { mark: 'waiting', verb: 'moved the deadline of' },
  SYNC_POINT_COMPLETED: { mark: 'completed', verb: 'completed' },
  SYNC_POINT_FAILED: { mark: 'failed', verb: 'failed' },
  SYNC_POINT_CANCELLED: { mark: 'cancelled', verb: 'cancelled' },
  SYNC_POINT_EXPIRED: { mark: 'expired', verb: 'expired' },
  PROGRESS_TRACKER_CREATED: { mark: 'active', verb: 'created' },
  PROGRESS_UPDATED: { mark: 'active', verb: 'reported to' },
  PROGRESS_STALLED: { mark: 'stalled', verb: 'stalled' },
  PROGRESS_RESUMED: { mark: 'active', verb: 'moves again' },
  PROGRESS_TRACKER_CHANGED: { mark: 'active', verb: 'changed the total of' },
  PROGRESS_TRACKER_DEADLINE_CHANGED: { mark: 'active', verb: 'moved the deadline of' },
  PROGRESS_TRACKER_COMPLETED: { mark: 'completed', verb: 'completed' },
  PROGRESS_TRACKER_FAILED: { mark: 'failed', verb: 'failed' },
  PROGRESS_TRACKER_CANCELLED: { mark: 'cancelled', verb: 'cancelled' },
  PROGRESS_TRACKER_EXPIRED: { mark: 'expired', verb: 'expired' },
  AGENT_ARRIVED: { mark: 'arrived', verb: 'arrived at' },
  AGENT_FAILED: { mark: 'failed', verb: 'failed at' },
  AGENT_EXCUSED: { mark: 'excused', verb: 'was excused from' },
  AGENT_REGISTERED: { mark: 'present', verb: 'was registered' },
  AGENT_DEACTIVATED: { mark: 'lost', verb: 'was deactivated' },
  AGENT_REACTIVATED: { mark: 'present', verb: 'was reactivated' },
  AGENT_LOST: { mark: 'lost', verb: 'was lost' },
  AGENT_RETURNED: { mark: 'present', verb: 'returned' },
};

interface EventLineProps {
  readonly event: Event;
  /** On the page of what it is about, which then isn't named. */
  readonly isHere?: boolean;
}

/** One event, as a sentence. */
export function EventLine({ event, isHere = false }: EventLineProps) {
  const { mark, verb } = TOLD[event.type];
  return (
    <li class="event">
      <Mark of={mark} />
      <span class="event-text">
        <Sentence event={event} verb={isHere ? verb.replace(PREPOSITION, '') : verb} isHere={isHere} />
        <Reason of={event} />
      </span>
      <When at={event.timestamp} />
    </li>
  );
}

/** "arrived at", "moved the deadline of". */
const PREPOSITION = / (?:at|of|to|from)$/;

function Sentence({ event, verb, isHere }: Required<EventLineProps> & { readonly verb: string }) {
  const { room } = useShared();
  const { type, agentId, relatedId, details } = event;
  if (type.startsWith('AGENT_') && relatedId === (details['agentId'] ?? relatedId) && isAboutAgent(type)) {
    return (
      <>
        <AgentLink id={relatedId} /> {verb}
      </>
    );
  }
  const kind = type.startsWith('PROGRESS') ? 'tracker' : room.kindOf(relatedId);
  const subject = isHere ? null : (
    <a class="id" href={rosterPath(kind, relatedId)}>
      {relatedId}
    </a>
  );
  if (agentId === 'system' && !type.startsWith('AGENT_')) {
    return (
      <>
        {subject ?? 'It'} {verb}
      </>
    );
  }
  const actor = typeof details['agentId'] === 'string' ? details['agentId'] : agentId;
  return (
    <>
      <AgentLink id={actor} /> {verb} {subject ?? (NEEDS_OBJECT.includes(type) && 'it')}
      {type === 'PROGRESS_UPDATED' && <> step {String(details['step'])}</>}
    </>
  );
}

/** What an agent did to it as a whole. */
const NEEDS_OBJECT: readonly Event['type'][] = [
  'SYNC_POINT_CREATED',
  'SYNC_POINT_COMPLETED',
  'SYNC_POINT_FAILED',
  'SYNC_POINT_CANCELLED',
  'PROGRESS_TRACKER_CREATED',
  'PROGRESS_TRACKER_COMPLETED',
  'PROGRESS_TRACKER_FAILED',
  'PROGRESS_TRACKER_CANCELLED',
];

const ABOUT_AGENTS: readonly Event['type'][] = [
  'AGENT_REGISTERED',
  'AGENT_DEACTIVATED',
  'AGENT_REACTIVATED',
  'AGENT_LOST',
  'AGENT_RETURNED',
];

const isAboutAgent = (type: Event['type']): boolean => ABOUT_AGENTS.includes(type);

const Reason = ({ of: { details } }: { readonly of: Event }) =>
  typeof details['reason'] === 'string' ? <q class="reason">{details['reason']}</q> : null;
