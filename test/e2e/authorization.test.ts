/** Who may do what: every operation of the OpenAPI document, by everybody. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Callers,
  makeCallers,
  makeMessage,
  makePoint,
  makeRevoked,
  makeToken,
  makeTracker,
  ROLES,
  type Role,
} from '../support/abuse-world';
import { type Answer, daysAhead, expectProblem, freshId, HttpClient, nobody, stackUrl } from '../support/http-client';
import { operations } from '../support/openapi';

/**
 * The participant and the creator are those of the sync point or tracker in the path. The agent in a path, `{agentId}`,
 * is the participant. The message is the creator's, and in the participant's inbox. Who may not know of something gets
 * 404, who may know and not do it 403.
 */
const MATRIX = `
  operation                  stranger  participant  creator  admin
  getHealth                       200          200      200    200
  getOpenApi                      200          200      200    200
  getErrors                       200          200      200    200
  getLlmsTxt                      200          200      200    200
  registerAgent                   403          403      403    201
  listAgents                      200          200      200    200
  getAgent                        200          200      200    200
  updateAgent                     404          200      404    200
  deactivateAgent                 404          403      404    204
  reactivateAgent                 404          403      404    201
  createToken                     404          201      404    201
  revokeToken                     404          204      404    204
  whoAmI                          200          200      200    200
  checkIn                         200          200      200    200
  checkOut                        204          204      204    204
  createSyncPoint                 201          201      201    201
  listSyncPoints                  200          200      200    200
  listSyncPoints?agentId          403          200      403    200
  listSyncPoints?all              403          403      403    200
  getSyncPoint                    404          200      200    200
  moveSyncPointDeadline           404          403      200    200
  arriveAtSyncPoint               404          201      403    403
  failAtSyncPoint                 404          201      403    403
  excuseFromSyncPoint             404          403      201    201
  listArrivals                    404          200      200    200
  listSyncPointParticipants       404          200      200    200
  completeSyncPoint               404          403      200    200
  cancelSyncPoint                 404          403      200    200
  failSyncPoint                   404          403      200    200
  listSyncPointEvents             404          200      200    200
  createProgressTracker           201          201      201    201
  listProgressTrackers            200          200      200    200
  listProgressTrackers?agentId    403          200      403    200
  listProgressTrackers?all        403          403      403    200
  getProgressTracker              404          200      200    200
  reportProgress                  404          200      200    403
  listReports                     404          200      200    200
  changeProgressTracker           404          403      200    200
  failAtProgressTracker           404          201      403    403
  excuseFromProgressTracker       404          403      201    201
  listProgressTrackerParticipants 404          200      200    200
  completeProgressTracker         404          403      200    200
  cancelProgressTracker           404          403      200    200
  failProgressTracker             404          403      200    200
  listProgressTrackerEvents       404          200      200    200
  readInbox                       200          200      200    200
  acknowledgeMessage              404          200      404    404
  acknowledgeMessages             200          200      200    200
  sendMessage                     201          201      201    201
  listMessages                    200          200      200    200
  getMessage                      404          404      200    200
  listEvents                      403          403      403    200
  callMcp                         200          200      200    200
`;

const [, ...ROWS] = MATRIX.trim()
  .split('\n')
  .map((line) => {
    const [name = '', ...statuses] = line.trim().split(/\s+/);
    return { name, statuses: statuses.map(Number) };
  });

const BODIES: Readonly<Record<string, (callers: Callers) => unknown>> = {
  registerAgent: () => ({ name: 'new' }),
  updateAgent: () => ({ name: 'renamed' }),
  checkIn: () => ({ ttlSeconds: 3_600 }),
  createSyncPoint: () => ({ name: 'm', participants: [freshId('one'), freshId('two')] }),
  moveSyncPointDeadline: () => ({ deadline: daysAhead(1) }),
  arriveAtSyncPoint: () => ({ data: 1 }),
  failAtSyncPoint: () => ({ reason: 'broken', data: 1 }),
  excuseFromSyncPoint: ({ participant }) => ({ agentId: participant.id }),
  createProgressTracker: () => ({ name: 't', totalSteps: 2 }),
  reportProgress: () => ({ step: 1 }),
  changeProgressTracker: () => ({ deadline: daysAhead(1) }),
  failAtProgressTracker: () => ({ reason: 'broken', data: 1 }),
  excuseFromProgressTracker: ({ participant }) => ({ agentId: participant.id }),
  callMcp: () => ({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  acknowledgeMessages: () => ({ messageIds: [freshId('none')] }),
  sendMessage: ({ stranger }) => ({ recipients: [stranger.id], content: { type: 'HELLO' } }),
};

let callers: Callers;

beforeAll(async () => {
  callers = await makeCallers();
});

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** About things of its own, so that none has been ended before. */
async function callOf(name: string): Promise<Call> {
  const [id = '', query] = name.split('?');
  const operation = operations.find((candidate) => candidate.id === id);
  if (operation === undefined) throw new Error(`The document has no ${id}.`);
  const value = query === 'all' ? 'true' : callers.participant.id;
  const path = (await filled(operation.path)) + (query === undefined ? '' : `?${query}=${value}`);
  return { method: operation.method, path, body: BODIES[id]?.(callers) };
}

async function filled(path: string): Promise<string> {
  const { participant } = callers;
  if (path.startsWith('/v1/sync-points/')) return path.replace('{id}', await makePoint(callers));
  if (path.startsWith('/v1/progress-trackers/')) return path.replace('{id}', await makeTracker(callers));
  if (/\{(id|messageId)\}/.test(path)) return path.replace(/\{\w+\}/, await makeMessage(callers));
  const { tokenId } = path.includes('{tokenId}') ? await makeToken(participant) : { tokenId: '' };
  return path.replace('{agentId}', participant.id).replace('{tokenId}', tokenId);
}

const send = (client: HttpClient, { method, path, body }: Call): Promise<Answer> => client.send(method, path, { body });

test('the table has every operation of the document, once', () => {
  const ids = ROWS.map(({ name }) => name).filter((name) => !name.includes('?'));
  expect(ids.sort()).toEqual(operations.map(({ id }) => id).sort());
  expect(ROWS.every(({ statuses }) => statuses.length === ROLES.length)).toBe(true);
});

const cells = ROWS.flatMap(({ name, statuses }) =>
  ROLES.map((role, index): [string, Role, number] => [name, role, statuses[index] ?? 0]),
);

test.each(cells)('%s by a %s is answered %d', async (name, role, status) => {
  // Deactivating is for good, and the participant is needed further on.
  const own = /^(de|re)activateAgent$/.test(name) ? await makeCallers() : callers;
  // Who is to bring it back must find it deactivated; by others it is asked while its own token is valid.
  if (name === 'reactivateAgent' && role === 'admin') await own.admin.delete(`/v1/agents/${own.participant.id}`);
  const call = await callOf(name);
  const path = call.path.replace(callers.participant.id, own.participant.id);
  const answer = await send(own[role], { ...call, path });
  expect([answer.status, answer.text]).toEqual([status, expect.any(String)]);
  if (status === 404) await expectLikeMissing(own[role], { ...call, path }, answer);
});

/** Whoever is not to know that there is something gets, to the letter, what they get where there is nothing. */
async function expectLikeMissing(client: HttpClient, call: Call, answer: Answer): Promise<void> {
  const [, , , id = ''] = call.path.split('/');
  const missing = freshId('missing').padEnd(id.length, '0').slice(0, id.length);
  const path = call.path.replace(id, missing);
  const other = await send(client, { ...call, path });
  expect(comparable(other).replaceAll(missing, id)).toBe(comparable(answer));
}

function comparable({ status, body, headers }: Answer): string {
  const { requestId: _, ...problem } = body;
  const told = [...headers.keys()].filter((name) => name !== 'date').sort();
  return JSON.stringify([status, told, problem]);
}

describe('without a valid token', () => {
  let refused: readonly (readonly [string, HttpClient, object?])[];

  beforeAll(async () => {
    const { participant } = callers;
    const secret = participant.token ?? '';
    const as = (token: string | null): HttpClient => new HttpClient(stackUrl(), 'x', token);
    refused = [
      ['revoked', await makeRevoked()],
      ['one that nobody has', as(`muster_${'x'.repeat(43)}`)],
      ['cut short', as(secret.slice(0, -1))],
      ['with one character more', as(`${secret}x`)],
      ['in capitals', as(secret.toUpperCase())],
      ['twice', as(`${secret} ${secret}`)],
      ['with a comma', as(`${secret},`)],
      ['of another scheme', as(null), { authorization: `Basic ${secret}` }],
      ['without a scheme', as(null), { authorization: secret }],
      ['in a cookie', as('x'), { cookie: `authorization=Bearer ${secret}` }],
    ];
  });

  test.each(operations.filter(({ isPublic }) => !isPublic).map(({ id }) => id))('%s is refused', async (id) => {
    const call = await callOf(id);
    // The gateway itself answers where there is no token; its body is its own in AWS.
    expect((await send(nobody(), call)).status).toBe(401);
    for (const [kind, client, headers = {}] of refused) {
      const answer = await client.send(call.method, call.path, { body: call.body, headers: { ...headers } });
      expect([kind, answer.status]).toEqual([kind, 401]);
      expectProblem(answer, 401, 'auth.bad-token');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const inQuery = await nobody().send(call.method, `${call.path}?access_token=${callers.admin.token ?? ''}`, call);
    expect(inQuery.status).toBe(401);
  });

  test.each(operations.filter(({ isPublic }) => isPublic).map(({ id }) => id))('%s is answered', async (id) => {
    const call = await callOf(id);
    const clients = [nobody(), ...refused.map(([, client]) => client)];
    expect(await Promise.all(clients.map(async (client) => (await send(client, call)).status))).toEqual(
      clients.map(() => 200),
    );
  });
});
