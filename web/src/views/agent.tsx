/** One agent: whether it is there, what it takes part in, its tokens, and for itself its inbox. */
import type { AgentEntry } from '@muster/client';
import { useRoute } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { AgentWatch } from '../live/agent-watch';
import { useShared } from '../live/use-room';
import { Fact } from '../parts/fact';
import { Loading, Notice } from '../parts/notice';
import { NextCheckIn, Presence } from '../parts/presence';
import { useTitle } from '../parts/title';
import { When } from '../parts/when';
import { isAdmin } from '../session';
import { durationText } from '../text';
import { type Actions, askToDeactivate, askToReactivate, askToRegister, askToRename } from './agent-actions';
import { AgentEvents } from './agent-events';
import { AgentRosters } from './agent-rosters';
import { TokenPanel } from './agent-tokens';
import { InboxSection } from './inbox';

export function AgentPage() {
  const { params } = useRoute();
  const id = params['id'] ?? '';
  return <OneAgent key={id} id={id} />;
}

function OneAgent({ id }: { readonly id: string }) {
  const { room, session } = useShared();
  const watch = useMemo(() => new AgentWatch(session.muster, id), [session, id]);
  const agent = watch.agent.value;
  // Rosters name agents before there are any. Once there is one, the room of an admin lists it.
  const isRegistered = agent !== null || room.agents.value.some((listed) => listed.id === id);
  useEffect(() => (isRegistered ? watch.start() : undefined), [watch, isRegistered]);
  useTitle(id);
  const isSelf = session.me.id === id;
  const maySeeAll = isSelf || isAdmin(session);
  const actions: Actions = {
    muster: session.muster,
    onChanged: (changed) => {
      watch.agent.value = changed;
      if (isAdmin(session)) room.directory.put(changed);
    },
  };
  if (agent === undefined) return <Loading what={`the agent ${id}`} />;
  return (
    <div class="view">
      <AgentHead id={id} agent={agent} actions={actions} />
      {maySeeAll ? (
        <div class={agent ? 'agent with-side' : 'agent'}>
          <div class="agent-main">
            {isSelf && <InboxSection />}
            <AgentRosters id={id} />
          </div>
          {agent && (
            <aside>
              <Facts agent={agent} title={isSelf ? 'About you' : 'About it'} />
              <TokenPanel agent={agent} actions={actions} />
              {isAdmin(session) && !isSelf && (
                <section class="panel">
                  <h2>Inbox</h2>
                  <p class="muted">
                    Only the agent itself can read its inbox: sign in with one of its tokens to see it.
                  </p>
                </section>
              )}
              {isAdmin(session) && <AgentEvents id={id} />}
            </aside>
          )}
        </div>
      ) : (
        agent && (
          <Notice title="This is another agent.">
            What it takes part in, its tokens and its messages are for itself and for admins.
          </Notice>
        )
      )}
    </div>
  );
}

interface AgentHeadProps {
  readonly id: string;
  readonly agent: AgentEntry | null;
  readonly actions: Actions;
}

function AgentHead({ id, agent, actions }: AgentHeadProps) {
  const { session } = useShared();
  if (!agent) {
    return (
      <>
        <h1 class="id">{id}</h1>
        <Notice title="No agent with this id is registered.">
          Sync points and trackers may name agents before they are registered.{' '}
          {isAdmin(session) && (
            <button
              type="button"
              class="secondary small"
              onClick={() => {
                askToRegister(actions, id);
              }}
            >
              Register it
            </button>
          )}
        </Notice>
      </>
    );
  }
  return (
    <div class="page-head">
      <div>
        <h1 class="id">{id}</h1>
        <p>
          <Presence agent={agent} />
          <span class="next-check-in">
            <NextCheckIn agent={agent} />
          </span>
        </p>
      </div>
      <div class="page-buttons">
        {(isAdmin(session) || session.me.id === id) && (
          <button
            type="button"
            class="secondary"
            onClick={() => {
              askToRename(actions, agent);
            }}
          >
            Rename
          </button>
        )}
        {isAdmin(session) && (
          <button
            type="button"
            class={agent.active ? 'danger' : undefined}
            onClick={() => {
              (agent.active ? askToDeactivate : askToReactivate)(actions, agent);
            }}
          >
            {agent.active ? 'Deactivate' : 'Reactivate'}
          </button>
        )}
      </div>
    </div>
  );
}

interface FactsProps {
  readonly agent: AgentEntry;
  readonly title: string;
}

const Facts = ({ agent: { name, createdAt, presence, metadata }, title }: FactsProps) => (
  <section class="panel">
    <h2>{title}</h2>
    <dl class="facts">
      <Fact name="Name">{name}</Fact>
      {createdAt !== undefined && (
        <Fact name="Registered">
          <When at={createdAt} />
        </Fact>
      )}
      {presence && <Fact name="Checks in">at least every {durationText(presence.ttlSeconds * 1_000)}</Fact>}
    </dl>
    {metadata && (
      <details>
        <summary>Metadata</summary>
        <pre>{JSON.stringify(metadata, null, 2)}</pre>
      </details>
    )}
  </section>
);
