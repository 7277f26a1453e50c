/** Admins are no agents: they have a token and no page. */
const ADMIN = /^muster:/;

/** Ids of agents, of the service itself, and of sync points and trackers, as links. */
export function AgentLink({ id }: { readonly id: string }) {
  if (id === 'system') return <span class="muted">Muster</span>;
  if (ADMIN.test(id)) {
    return (
      <span class="id" title="An admin">
        {id}
      </span>
    );
  }
  return (
    <a class="id" href={`/agents/${encodeURIComponent(id)}`}>
      {id}
    </a>
  );
}

export const rosterPath = (kind: 'sync-point' | 'tracker', id: string): string =>
  `/${kind === 'tracker' ? 'progress-trackers' : 'sync-points'}/${encodeURIComponent(id)}`;
