/** Agents in every relation to a sync point, a tracker and a message: who may do what is told from these. */
import { admin, agents, type Answer, daysAhead, HttpClient, type InboxItem, pollUntil, stackUrl } from './http-client';

/** A stranger, a participant, the creator, and an admin without part. */
export const ROLES = ['stranger', 'participant', 'creator', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export type Callers = Readonly<Record<Role, HttpClient>>;

export async function makeCallers(): Promise<Callers> {
  const [stranger, participant, creator] = await agents(['stranger', 'participant', 'creator']);
  return { stranger, participant, creator, admin: admin() };
}

interface Created {
  readonly id: string;
}

export async function makePoint({ participant, creator }: Callers): Promise<string> {
  const body = { name: 'm', participants: [participant.id, `${participant.id}-2`], deadline: daysAhead(2) };
  return made(await creator.post<Created>('/v1/sync-points', body)).id;
}

export async function makeTracker({ participant, creator }: Callers): Promise<string> {
  const body = { name: 't', totalSteps: 1_000_000_000, participants: [participant.id] };
  return made(await creator.post<Created>('/v1/progress-trackers', body)).id;
}

export async function makeMessage({ participant, creator }: Callers): Promise<string> {
  const body = { recipients: [participant.id], content: { type: 'HELLO' }, requiresAcknowledgment: true };
  const { id } = made(await creator.post<Created>('/v1/messages', body));
  await pollUntil(
    () => participant.all<InboxItem>('/v1/inbox'),
    (items) => items.some((item) => item.id === id),
  );
  return id;
}

/** An agent of its own, or another token of one that there is. */
export async function makeToken(of?: HttpClient): Promise<{ agent: HttpClient; tokenId: string }> {
  const [agent] = of === undefined ? await agents(['holder']) : [of];
  const { tokenId, token } = made(
    await admin().post<{ tokenId: string; token: string }>(`/v1/agents/${agent.id}/tokens`),
  );
  return { agent: new HttpClient(stackUrl(), agent.id, token), tokenId };
}

function made<Body>(answer: Answer<Body>): Body {
  if (answer.status !== 201) throw new Error(`POST ${answer.path} answered ${answer.status}: ${answer.text}`);
  return answer.body;
}

/** Refused from now on: the authorizer's answer from before the revocation is forgotten. */
export async function makeRevoked(): Promise<HttpClient> {
  const { agent, tokenId } = await makeToken();
  if ((await agent.get('/v1/me')).status !== 200) throw new Error('the token was never valid');
  await admin().delete(`/v1/agents/${agent.id}/tokens/${tokenId}`);
  await pollUntil(
    () => agent.get('/v1/me'),
    ({ status }) => status === 401,
  );
  return agent;
}
