import type { AgentEntry } from '@muster/client';
import { useShared } from '../live/use-room';
import { When } from '../parts/when';
import { type Actions, askForToken, askToRevoke } from './agent-actions';

interface TokenPanelProps {
  readonly agent: AgentEntry;
  readonly actions: Actions;
}

/** The valid tokens by their ids: the tokens themselves are known to those who hold them only. */
export function TokenPanel({ agent, actions }: TokenPanelProps) {
  const { session } = useShared();
  const { id: agentId, active, tokens = [] } = agent;
  return (
    <section class="panel">
      <h2>Tokens</h2>
      <ul class="tokens">
        {tokens.map(({ id, createdAt }) => {
          const isOwn = id === session.me.tokenId;
          return (
            <li key={id}>
              <span class="token">
                <span class="id">{id}</span>
                <span class="muted">
                  created <When at={createdAt} />
                  {isOwn && <strong> · you are signed in with it</strong>}
                </span>
              </span>
              <button
                type="button"
                class="quiet"
                aria-label={`Revoke the token ${id}`}
                onClick={() => {
                  askToRevoke(actions, agentId, id, isOwn);
                }}
              >
                Revoke
              </button>
            </li>
          );
        })}
        {tokens.length === 0 && <li class="muted">It has no valid token.</li>}
      </ul>
      {active && (
        <button
          type="button"
          class="secondary small"
          onClick={() => {
            askForToken(actions, agent);
          }}
        >
          Create a token
        </button>
      )}
    </section>
  );
}
