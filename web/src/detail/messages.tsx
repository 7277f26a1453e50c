import type { SentMessage } from '@muster/client';
import { useEffect, useMemo } from 'preact/hooks';
import { keepReading } from '../live/keep-reading';
import { Pages } from '../live/pages';
import { useShared } from '../live/use-room';
import { AgentLink } from '../parts/agent-link';
import { Loading, Notice } from '../parts/notice';
import { Status } from '../parts/status';
import { When } from '../parts/when';
import { isAdmin } from '../session';
import { countText, fewOf, plural } from '../text';
import { Data } from './data';
import { More } from './more';
import { useDetail } from './use-detail';

/** An acknowledgement changes no version, so the list is read again: 4 requests a minute while it is open. */
const PACE_MS = 15_000;

const PAGE = 50;

/** What the one who is signed in has sent to everyone on this roster, and who has acknowledged it. */
export function Messages() {
  const { kind, view } = useDetail();
  const { session } = useShared();
  const { muster } = session;
  const pages = useMemo(
    () => new Pages<SentMessage>((page, options) => muster.messages.list(page, options), PAGE),
    [muster],
  );
  useEffect(
    () =>
      keepReading(async (stop) => {
        await pages.again(stop);
        return PACE_MS;
      }),
    [pages],
  );
  const sent = pages.items.value.filter(({ recipientsOf }) => {
    if (!recipientsOf) return false;
    return 'syncPointId' in recipientsOf
      ? kind === 'sync-point' && recipientsOf.syncPointId === view.id
      : kind === 'tracker' && recipientsOf.progressTrackerId === view.id;
  });
  return (
    <>
      <p class="muted">
        {isAdmin(session) ? 'Messages can be listed by their sender only, admins included. ' : ''}
        These are the ones that you have sent to the participants here. What Muster itself and other agents have sent is
        in the inbox of each recipient.
      </p>
      {!pages.isRead.value ? (
        <Loading what="what you have sent" />
      ) : sent.length === 0 ? (
        <Notice title="You have sent nothing to the participants.">
          {pages.hasMore.value && `Among your latest ${plural(pages.items.value.length, 'message')} there is none.`}
        </Notice>
      ) : (
        <ul class="sent-messages">
          {sent.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </ul>
      )}
      <More pages={pages} noun="sent message" />
    </>
  );
}

const MOST_NAMES = 12;

function Message({ message }: { readonly message: SentMessage }) {
  const { content, timestamp, priority, recipients, recipientCount, requiresAcknowledgment, expiresAt } = message;
  const { type, ...rest } = content;
  const acknowledged = recipients.filter(({ acknowledgedAt }) => acknowledgedAt !== null);
  const waiting = recipients.filter(({ acknowledgedAt }) => acknowledgedAt === null);
  const { shown, more } = fewOf(
    waiting.map(({ id }) => id),
    waiting.length,
    MOST_NAMES,
  );
  return (
    <li>
      <h3>
        <span class="id">{type}</span>
      </h3>
      <p class="muted">
        {priority.toLowerCase()} priority, sent <When at={timestamp} />
        {expiresAt !== null && (
          <>
            , expires <When at={expiresAt} />
          </>
        )}
      </p>
      {Object.keys(rest).length > 0 && <Data of={rest} />}
      <ul class="reasons">
        {acknowledged.map(({ id, acknowledgedAt, data }) => (
          <li key={id}>
            <Status of="arrived">acknowledged</Status> <AgentLink id={id} />{' '}
            <span class="muted">{acknowledgedAt !== null && <When at={acknowledgedAt} />}</span> <Data of={data} />
          </li>
        ))}
        {shown.length > 0 && (
          <li>
            <span class="muted">
              {requiresAcknowledgment ? 'Still to be acknowledged by' : 'Not acknowledged, which was not asked for, by'}
            </span>{' '}
            {shown.map((id, index) => (
              <>
                {index > 0 && ', '}
                <AgentLink id={id} />
              </>
            ))}
            {more > 0 && ` and ${countText(more)} more`}
          </li>
        )}
      </ul>
      {recipientCount > recipients.length && (
        <p class="muted">The first {countText(recipients.length)} recipients are looked at here.</p>
      )}
    </li>
  );
}
