import type { InboxMessage } from '@muster/client';
import { now } from '../live/clock';
import { AgentLink, rosterPath } from '../parts/agent-link';
import { exact, When } from '../parts/when';
import { relativeText } from '../text';
import { messageText, subjectOf } from './message-text';
import type { ComponentChildren } from 'preact';

interface MessageProps {
  readonly message: InboxMessage;
  /** What can be done with it. */
  readonly children?: ComponentChildren;
}

/** One message: what it says, who sent it, and what it is about. */
export function Message({ message, children }: MessageProps) {
  const { id, sender, timestamp, priority, content, inReplyTo } = message;
  const text = messageText(content);
  const subject = subjectOf(message);
  return (
    <li class={`message ${priority.toLowerCase()}`} id={`message-${id}`}>
      <div class="message-head">
        <code>{content.type}</code>
        {priority === 'HIGH' && <strong class="alert">urgent</strong>}
        {priority === 'LOW' && <span class="muted">low priority</span>}
        <span class="muted">
          from <AgentLink id={sender.id} /> <When at={timestamp} />
        </span>
      </div>
      {text !== undefined && <p class="message-text">{text}</p>}
      <p class="message-notes muted">
        {subject && (
          <span>
            about{' '}
            <a class="id" href={rosterPath(subject.kind, subject.id)}>
              {subject.id}
            </a>
          </span>
        )}
        <Deadline content={content} />
        <Notes message={message} />
        {inReplyTo !== null && (
          <span>
            in reply to <span class="id">{inReplyTo}</span>
          </span>
        )}
      </p>
      <div class="message-foot">
        <details>
          <summary>Content</summary>
          <pre>{JSON.stringify(content, null, 2)}</pre>
        </details>
        {children}
      </div>
    </li>
  );
}

function Notes({ message: { requiresAcknowledgment, acknowledgedAt, reminder, expiresAt } }: MessageProps) {
  return (
    <>
      {acknowledgedAt !== null && (
        <span>
          acknowledged <When at={acknowledgedAt} />
        </span>
      )}
      {acknowledgedAt === null && requiresAcknowledgment && <span>its sender asks for an acknowledgement</span>}
      {reminder !== undefined && <span class="alert">reminder {reminder}</span>}
      {expiresAt !== null && acknowledgedAt === null && (
        <span>
          expires <When at={expiresAt} />
        </span>
      )}
    </>
  );
}

function Deadline({ content: { deadline } }: Pick<InboxMessage, 'content'>) {
  const atMs = typeof deadline === 'string' ? Date.parse(deadline) : NaN;
  if (typeof deadline !== 'string' || Number.isNaN(atMs)) return null;
  return <span title={exact(deadline)}>deadline {relativeText(atMs, now.value)}</span>;
}
