import type { Event } from '@muster/client';
import { useShared } from '../live/use-room';
import { AgentLink, rosterPath } from './agent-link';
import { isAboutAgent, needsObject, toldOf } from './event-words';
import { Mark } from './status';
import { When } from './when';

interface EventLineProps {
  readonly event: Event;
  /** On the page of what it is about, which then isn't named. */
  readonly isHere?: boolean;
}

/** One event, as a sentence. */
export function EventLine({ event, isHere = false }: EventLineProps) {
  const { mark, verb } = toldOf(event.type);
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
      <AgentLink id={actor} /> {verb} {subject ?? (needsObject(type) && 'it')}
      {type === 'PROGRESS_UPDATED' && <> step {String(details['step'])}</>}
    </>
  );
}

const Reason = ({ of: { details } }: { readonly of: Event }) =>
  typeof details['reason'] === 'string' ? <q class="reason">{details['reason']}</q> : null;
