/**
 * Everyone who is registered. The view itself sends nothing: the agents are those of the room, listed once a minute
 * (a request for each hundred) and read one by one when the log says that one was lost, came back or changed.
 */
import type { AgentEntry } from '@muster/client';
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { useShared } from '../live/use-room';
import { AgentLink } from '../parts/agent-link';
import { Filters } from '../parts/filters';
import { Loading, Notice } from '../parts/notice';
import { NextCheckIn, Presence } from '../parts/presence';
import { useTitle } from '../parts/title';
import { When } from '../parts/when';
import { isAdmin, messageOf } from '../session';
import { countText } from '../text';
import { type Actions, askToDeactivate, askToReactivate, askToRegister } from './agent-actions';
import { agentChoices, type AgentFilter, agentsUrl, filterAgents, readAgentFilter, stateOf } from './agents-filter';

const ROWS_AT_ONCE = 100;

export function AgentsPage() {
  const { room, session } = useShared();
  useTitle('Agents');
  if (!isAdmin(session)) {
    return (
      <div class="view">
        <h1>Agents</h1>
        <Notice title="The list of agents is for admins.">
          You are signed in as the agent {session.me.id}.{' '}
          <a href={`/agents/${encodeURIComponent(session.me.id)}`}>Go to what concerns you</a>
        </Notice>
      </div>
    );
  }
  if (!room.isReady.value) return <Loading what="the agents" />;
  return <AgentList />;
}

function AgentList() {
  const { room, session } = useShared();
  const { query, route } = useLocation();
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const filter = readAgentFilter(query);
  const agents = room.agents.value;
  const matching = filterAgents(agents, filter);
  const actions: Actions = {
    muster: session.muster,
    onChanged: (agent) => {
      room.directory.put(agent);
    },
  };
  const change = (changed: Partial<AgentFilter>): void => {
    setMost(ROWS_AT_ONCE);
    route(agentsUrl({ ...filter, ...changed }), true);
  };
  return (
    <div class="view">
      <div class="page-head">
        <h1>Agents</h1>
        <button
          type="button"
          onClick={() => {
            askToRegister(actions);
          }}
        >
          Register an agent
        </button>
      </div>
      <Filters
        label="Search by id or name"
        search={filter.search}
        onSearch={(search) => {
          change({ search });
        }}
        choices={agentChoices}
        countOf={(show) => countText(countOf(agents, show))}
        chosen={filter.show}
        onChoose={(show) => {
          change({ show });
        }}
      />
      {matching.length > 0 ? (
        <AgentTable agents={matching.slice(0, most)} actions={actions} />
      ) : agents.length === 0 ? (
        <Notice title="No agent is registered.">Register one, and give its token to the program that it is.</Notice>
      ) : (
        <Notice title="No agent matches.">Clear the search, or show all.</Notice>
      )}
      {matching.length > most && (
        <button
          type="button"
          class="secondary more"
          onClick={() => {
            setMost(most + ROWS_AT_ONCE);
          }}
        >
          Show more of {countText(matching.length - most)} others
        </button>
      )}
      {room.directory.isCut.value && <More />}
    </div>
  );
}

const countOf = (agents: readonly AgentEntry[], show: AgentFilter['show']): number =>
  show === 'all' ? agents.length : agents.filter((agent) => stateOf(agent) === show).length;

/** So many are kept up to date that each hundred more costs a request a minute. */
function More() {
  const { room } = useShared();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const read = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await room.directory.listMore();
    } catch (thrown) {
      setError(messageOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return (
    <p class="muted">
      More agents are registered: search and figures are of the first {countText(room.agents.value.length)} by id.{' '}
      <button type="button" class="secondary" aria-busy={isBusy} disabled={isBusy} onClick={() => void read()}>
        Read 500 more
      </button>
      {error !== null && (
        <span class="alert" role="alert">
          {' '}
          {error}
        </span>
      )}
    </p>
  );
}

interface AgentTableProps {
  readonly agents: readonly AgentEntry[];
  readonly actions: Actions;
}

const AgentTable = ({ agents, actions }: AgentTableProps) => (
  <table class="rows">
    <thead>
      <tr>
        <th scope="col">Agent</th>
        <th scope="col">Presence</th>
        <th scope="col">Check-in</th>
        <th scope="col" class="wide">
          Tokens
        </th>
        <th scope="col" class="wide">
          Registered
        </th>
        <th scope="col">
          <span class="for-readers">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {agents.map((agent) => (
        <AgentRow key={agent.id} agent={agent} actions={actions} />
      ))}
    </tbody>
  </table>
);

function AgentRow({ agent, actions }: { readonly agent: AgentEntry; readonly actions: Actions }) {
  const { id, name, active, createdAt, tokens } = agent;
  return (
    <tr>
      <th scope="row">
        <AgentLink id={id} />
        {name !== id && <span class="muted name">{name}</span>}
      </th>
      <td>
        <Presence agent={agent} />
      </td>
      <td>
        <NextCheckIn agent={agent} />
      </td>
      <td class="wide muted">{tokens?.length}</td>
      <td class="wide muted">{createdAt !== undefined && <When at={createdAt} />}</td>
      <td class="row-end">
        <button
          type="button"
          class="quiet"
          aria-label={`${active ? 'Deactivate' : 'Reactivate'} ${id}`}
          onClick={() => {
            (active ? askToDeactivate : askToReactivate)(actions, agent);
          }}
        >
          {active ? 'Deactivate' : 'Reactivate'}
        </button>
      </td>
    </tr>
  );
}
