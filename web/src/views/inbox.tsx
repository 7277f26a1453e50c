/** The inbox of the agent that is signed in; nobody else can read it. */
import type { InboxMessage } from '@muster/client';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Inbox, MOST_MESSAGES } from '../live/inbox';
import { inPieces } from '../live/merge';
import { usePager } from '../live/pager';
import { useShared } from '../live/use-room';
import { ask } from '../parts/confirm';
import { jsonOf } from '../parts/json-field';
import { MoreButton } from '../parts/more-button';
import { Loading, Notice } from '../parts/notice';
import { messageOf } from '../session';
import { countText, plural } from '../text';
import { Message } from './message';
import { isNotification } from './message-text';

const READ_AT_ONCE = 20;

export function InboxSection() {
  const { session } = useShared();
  const inbox = useMemo(() => new Inbox(session.muster), [session]);
  useEffect(() => inbox.start(), [inbox]);
  const [isReadShown, setReadShown] = useState(false);
  const messages = inbox.messages.value;
  return (
    <section>
      <div class="page-head">
        <h2>
          Inbox{' '}
          {messages && (
            <span class="muted">
              {countText(messages.length)}
              {inbox.isCut.value && '+'} to deal with
            </span>
          )}
        </h2>
        {messages && messages.length > 1 && (
          <button
            type="button"
            class="secondary"
            onClick={() => {
              askForAll(inbox, messages);
            }}
          >
            Acknowledge all
          </button>
        )}
      </div>
      {!messages && <Loading what="the inbox" />}
      {messages?.length === 0 && (
        <Notice title="Nothing to deal with.">A message shows up here as soon as it comes.</Notice>
      )}
      {messages && messages.length > 0 && (
        <ul class="inbox-messages">
          {messages.map((message) => (
            <Unacknowledged key={message.id} inbox={inbox} message={message} />
          ))}
        </ul>
      )}
      {inbox.isCut.value && <p class="muted">The {MOST_MESSAGES} most urgent are shown; others follow behind them.</p>}
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          checked={isReadShown}
          onChange={({ currentTarget }) => {
            setReadShown(currentTarget.checked);
          }}
        />
        Show acknowledged messages
      </label>
      {isReadShown && <Acknowledged key={inbox.acknowledgedCount.value} />}
    </section>
  );
}

interface UnacknowledgedProps {
  readonly inbox: Inbox;
  readonly message: InboxMessage;
}

function Unacknowledged({ inbox, message }: UnacknowledgedProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const acknowledge = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await inbox.acknowledge(message.id, undefined);
    } catch (thrown) {
      setError(messageOf(thrown));
      setBusy(false);
    }
  };
  return (
    <Message message={message}>
      <div class="message-buttons">
        {error !== null && (
          <span class="alert" role="alert">
            {error}
          </span>
        )}
        {!isNotification(message) && (
          <button
            type="button"
            class="quiet"
            aria-label={`Acknowledge ${message.content.type} with data`}
            onClick={() => {
              askForData(inbox, message);
            }}
          >
            With data …
          </button>
        )}
        <button
          type="button"
          class="secondary small"
          aria-label={`Acknowledge ${message.content.type}`}
          aria-busy={isBusy}
          disabled={isBusy}
          onClick={() => void acknowledge()}
        >
          Acknowledge
        </button>
      </div>
    </Message>
  );
}

function askForData(inbox: Inbox, { id, content, sender }: InboxMessage): void {
  ask({
    title: `Acknowledge ${content.type}`,
    what: `It counts as dealt with. ${sender.name} can read the data.`,
    verb: 'Acknowledge',
    children: (
      <label>
        Data <span class="muted">any JSON, optional</span>
        <textarea name="data" class="id" rows={4} placeholder='{"approved": true}' spellcheck={false} />
      </label>
    ),
    onConfirm: (form) => inbox.acknowledge(id, jsonOf(form, 'data')),
  });
}

function askForAll(inbox: Inbox, messages: readonly InboxMessage[]): void {
  const asking = messages.filter(({ requiresAcknowledgment }) => requiresAcknowledgment).length;
  ask({
    title: `Acknowledge ${plural(messages.length, 'message')}?`,
    what: `All of them count as dealt with, and can't become unread again.${
      asking > 0 ? ` ${countText(asking)} of the senders wait to hear so.` : ''
    }`,
    verb: 'Acknowledge all',
    onConfirm: () => inbox.acknowledgeAll(messages.map(({ id }) => id)),
  });
}

/** Read once, a request for each hundred messages of any kind. */
function Acknowledged() {
  const { session } = useShared();
  const pager = usePager(() => inPieces(acknowledgedOf(session.muster), READ_AT_ONCE), session.me.tokenId);
  const messages = pager.items.value;
  return (
    <>
      {messages.length > 0 && (
        <ul class="inbox-messages" aria-label="Acknowledged messages, oldest first">
          {messages.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </ul>
      )}
      {messages.length === 0 && pager.state.value === 'done' && (
        <Notice title="No message has been acknowledged yet." />
      )}
      <MoreButton pager={pager}>Show later ones</MoreButton>
    </>
  );
}

async function* acknowledgedOf(
  muster: ReturnType<typeof useShared>['session']['muster'],
): AsyncGenerator<InboxMessage> {
  for await (const message of muster.inbox.list({ limit: 100 })) if (message.acknowledgedAt !== null) yield message;
}
