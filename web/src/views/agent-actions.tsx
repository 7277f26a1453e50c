/** What can be done to an agent and its tokens, each asked for first. */
import type { AgentEntry, Muster } from '@muster/client';
import { ask } from '../parts/confirm';
import { Copy } from '../parts/copy';
import { jsonObjectOf, textOf } from '../parts/json-field';
import { signOut } from '../session';

export interface Actions {
  readonly muster: Muster;
  /** Told of the agent as it is then. */
  readonly onChanged: (agent: AgentEntry) => void;
}

/** What was done stays done if this fails: then the page shows it with its next reading. */
async function showAgain({ muster, onChanged }: Actions, agentId: string): Promise<void> {
  try {
    onChanged(await muster.agents.get(agentId));
  } catch {
    // The light in the header tells of the outage.
  }
}

/** @param knownId if it is known which one */
export function askToRegister({ muster, onChanged }: Actions, knownId?: string): void {
  ask({
    title: 'Register an agent',
    what: 'It gets a token, which is shown once: have a place for it ready.',
    verb: 'Register',
    children: <RegisterFields knownId={knownId} />,
    onConfirm: async (form) => {
      const id = textOf(form, 'id');
      const metadata = jsonObjectOf(form, 'metadata');
      const { agent, token } = await muster.agents.register({
        name: textOf(form, 'name'),
        ...(id !== '' && { id }),
        ...(metadata && { metadata }),
      });
      onChanged(agent);
      return <NewToken agentId={agent.id} token={token} />;
    },
  });
}

const RegisterFields = ({ knownId }: { readonly knownId: string | undefined }) => (
  <>
    <label>
      Id <span class="muted">chosen by Muster if you leave it empty</span>
      <input
        name="id"
        class="id"
        defaultValue={knownId}
        pattern="[A-Za-z0-9._:\-]{1,64}"
        title="Up to 64 letters, digits and . _ : -"
        autocomplete="off"
      />
    </label>
    <label>
      Name
      <input name="name" required maxLength={200} autocomplete="off" />
    </label>
    <label>
      Metadata <span class="muted">a JSON object, optional</span>
      <textarea name="metadata" class="id" rows={3} placeholder='{"team": "release"}' spellcheck={false} />
    </label>
  </>
);

export function askToDeactivate(actions: Actions, { id, name }: AgentEntry): void {
  const { muster } = actions;
  ask({
    title: `Deactivate ${id}?`,
    what: `Muster refuses ${name} from then on, and its tokens are revoked. What waits for it goes on waiting. It can be reactivated, with a new token.`,
    verb: 'Deactivate',
    danger: true,
    onConfirm: async () => {
      await muster.agents.deactivate(id);
      await showAgain(actions, id);
    },
  });
}

export function askToReactivate({ muster, onChanged }: Actions, { id }: AgentEntry): void {
  ask({
    title: `Reactivate ${id}?`,
    what: 'It comes back with its inbox and all it takes part in. It gets a new token, which is shown once.',
    verb: 'Reactivate',
    onConfirm: async () => {
      const { agent, token } = await muster.agents.reactivate(id);
      onChanged(agent);
      return <NewToken agentId={id} token={token} />;
    },
  });
}

export function askToRename({ muster, onChanged }: Actions, { id, name }: AgentEntry): void {
  ask({
    title: `Rename ${id}`,
    what: 'Its id stays. Messages that it sends from now on carry the new name.',
    verb: 'Rename',
    children: (
      <label>
        Name
        <input name="name" required maxLength={200} defaultValue={name} autocomplete="off" />
      </label>
    ),
    onConfirm: async (form) => {
      onChanged(await muster.agents.update(id, { name: textOf(form, 'name') }));
    },
  });
}

export function askForToken(actions: Actions, { id }: AgentEntry): void {
  const { muster } = actions;
  ask({
    title: `Create a token of ${id}?`,
    what: 'It is shown once. The others stay valid: to rotate, revoke the old one when the new one is in use.',
    verb: 'Create a token',
    onConfirm: async () => {
      const { token } = await muster.tokens.create(id);
      void showAgain(actions, id);
      return <NewToken agentId={id} token={token} />;
    },
  });
}

/** @param isOwn it is the one that this page is signed in with */
export function askToRevoke(actions: Actions, agentId: string, tokenId: string, isOwn: boolean): void {
  const { muster } = actions;
  ask({
    title: 'Revoke this token?',
    what: isOwn
      ? 'You are signed in with this token: revoking it signs you out of this page. Have another one at hand.'
      : `What works for ${agentId} with it is refused after a few seconds. It can't be undone.`,
    verb: isOwn ? 'Revoke my token' : 'Revoke',
    danger: true,
    children: (
      <p>
        Token <code>{tokenId}</code>
      </p>
    ),
    onConfirm: async () => {
      await muster.tokens.revoke(agentId, tokenId);
      if (isOwn) signOut('You have revoked the token that you were signed in with.');
      else await showAgain(actions, agentId);
    },
  });
}

const NewToken = ({ agentId, token }: { readonly agentId: string; readonly token: string }) => (
  <>
    <p>
      The token of <span class="id">{agentId}</span>. Copy it now: <strong>it can't be shown again.</strong> If it is
      lost, create another.
    </p>
    <Copy text={token} label={`Token of ${agentId}`} />
  </>
);
