/**
 * Every operation of the OpenAPI document, asked in every way: no 5xx, and no answer that the document doesn't have.
 */
import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Callers,
  makeCallers,
  makeMessage,
  makePoint,
  makeToken,
  makeTracker,
  type Role,
} from '../support/abuse-world';
import { type Answer, freshId, type HttpClient, nobody, sizeFrom } from '../support/http-client';
import { repetitions, sized } from '../support/size';
import { type Operation, operations, takesBody, takesList, takesParameter, undeclared } from '../support/openapi';
import { brokenRequest, type DrawnRequest, type KnownIds, validRequest } from '../support/requests';

/** Broken requests per operation; few against an emulator that takes 100 ms for each. */
const RUNS = repetitions('PROPERTY_RUNS', { quick: 5, complete: sizeFrom('MUSTER_TEST_FUZZ', 40) });
/** So many that every operation answers some with 2xx: those of trackers are refused where one went further before. */
const VALID_RUNS = Math.max(sized({ quick: 6, complete: 10 }), Math.ceil(RUNS / 4));
/** The same requests each time, but for ids and times; PROPERTY_SEED explores others. */
const SEED = Number(process.env['PROPERTY_SEED'] ?? 1);
const LIMIT_MS = 300_000;

/** Who gets a 2xx, where that isn't the creator. */
const ENTITLED: Readonly<Record<string, Role>> = {
  registerAgent: 'admin',
  listAgents: 'admin',
  deactivateAgent: 'admin',
  reactivateAgent: 'admin',
  createToken: 'admin',
  revokeToken: 'admin',
  getAgent: 'admin',
  updateAgent: 'admin',
  listEvents: 'admin',
  listSyncPoints: 'admin',
  listProgressTrackers: 'admin',
  arriveAtSyncPoint: 'participant',
  failAtSyncPoint: 'participant',
  failAtProgressTracker: 'participant',
  acknowledgeMessage: 'participant',
  acknowledgeMessages: 'participant',
};

/** Why a request may be refused that is as the document has it: what a schema can't say. */
const UNSAYABLE: readonly RegExp[] = [
  /^#\/name must not be blank/,
  /^# must have name or metadata/,
  /^#\/participants must list at least one/,
  /^#\/deadlineSeconds must not be given together with deadline/,
  /^# must have deadline or deadlineSeconds/,
  /^# must have deadline, deadlineSeconds or totalSteps/,
  /^#\/quorum must be at most the number of participants/,
  /^#\/totalSteps must not be below/,
  /^#\/agentId must be a participant of/,
  /^#\/(role|agentId) must not be given together with all=true/,
  /^#\/status must be \w+ or omitted together with all=true/,
  /^#\/expiresInSeconds must not be given together with expiresAt/,
];

/** Of everything: some are ended on the way, or can be taken only once. */
const TARGETS = 4;
const several = <Made>(make: () => Promise<Made>): Promise<Made[]> =>
  Promise.all(Array.from({ length: TARGETS }, make));

let callers: Callers;
let shared: { readonly agentIds: string[]; readonly messages: string[] };
const answered = new Map<string, Map<number, number>>();

beforeAll(async () => {
  callers = await makeCallers();
  const messages = await several(() => makeMessage(callers));
  shared = { agentIds: Object.values(callers).map(({ id }) => id), messages };
}, LIMIT_MS);

/** Things of its own for each operation, so that no other has ended them. */
async function targetsOf({ path }: Operation): Promise<KnownIds> {
  const { agentIds, messages } = shared;
  const known = {
    participants: agentIds,
    recipients: agentIds,
    relatedId: agentIds,
    agentId: [path.endsWith('/excuses') ? callers.participant.id : freshId('nobody')],
    id: [],
  };
  if (path.startsWith('/v1/sync-points/')) return { ...known, id: await several(() => makePoint(callers)) };
  if (path.startsWith('/v1/progress-trackers/')) return { ...known, id: await several(() => makeTracker(callers)) };
  if (path.startsWith('/v1/messages/')) return { ...known, id: messages };
  if (path.startsWith('/v1/inbox/')) return { ...known, messageId: messages, messageIds: messages };
  if (path.endsWith('/{tokenId}')) {
    const { agent, tokenId } = await makeToken();
    const others = await several(() => makeToken(agent));
    return { ...known, agentId: [agent.id], tokenId: [tokenId, ...others.map((other) => other.tokenId)] };
  }
  if (path.startsWith('/v1/agents/')) {
    const agentId = (await several(() => makeToken())).map(({ agent }) => agent.id);
    if (path.endsWith('/reactivate')) for (const id of agentId) await callers.admin.delete(`/v1/agents/${id}`);
    return { ...known, agentId };
  }
  return known;
}

const send = (client: HttpClient, { method, path, headers, text }: DrawnRequest): Promise<Answer> =>
  client.send(method, path, { headers, ...(text !== undefined && method !== 'GET' && method !== 'HEAD' && { text }) });

/** What is wrong with the answer; nothing if all is as the document has it. */
function faults(operation: Operation, request: DrawnRequest, answer: Answer): string[] {
  // Another method, or a path with one part more, is another operation, or none.
  const asked = operationOf(request);
  if (answer.status >= 500 || asked === undefined) return answer.status >= 500 ? [`status ${answer.status}`] : [];
  const found = request.method === 'HEAD' ? [] : undeclared(asked, answer);
  if (answer.status < 300 && asked === operation) {
    const reason = outsideTheDocument(asked, request);
    if (reason !== undefined) found.push(`${answer.status} for what the document does not have: ${reason}`);
  }
  return found;
}

function operationOf({ method, path }: DrawnRequest): Operation | undefined {
  const parts = partsOf(path);
  return operations.find((candidate) => {
    const expected = candidate.path.split('/');
    return (
      candidate.method === method &&
      expected.length === parts.length &&
      expected.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]))
    );
  });
}

const partsOf = (path: string): string[] => (path.split(/[?#]/)[0] ?? '').split('/');

function outsideTheDocument(operation: Operation, { path, headers, text }: DrawnRequest): string | undefined {
  const [beforeFragment = ''] = path.split('#');
  const query = new URLSearchParams(beforeFragment.split('?').slice(1).join('?'));
  const parts = partsOf(path);
  const inPath = operation.path.split('/').map((part, index) => [part, parts[index] ?? ''] as const);
  for (const parameter of operation.parameters) {
    const { name } = parameter;
    const [, id] = inPath.find(([part]) => part === `{${name}}`) ?? [];
    const values = { path: [decodeURIComponent(id ?? '')], query: query.getAll(name), header: [headers[name]] }[
      parameter.in
    ];
    if (parameter.schema.type === 'array' && values.length > 0) {
      if (!takesList(parameter, values)) return `${name}=${values.join()}`;
      continue;
    }
    const [value] = values;
    // No header and an empty one are the same to many on the way.
    if (parameter.in === 'header' && (value === '' || value === undefined)) continue;
    if (values.length > 1 || !takesParameter(parameter, value)) return `${name}=${values.join()}`;
  }
  const named = new Set(operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name));
  const unknown = [...query.keys()].find((name) => name !== '' && !named.has(name));
  // Operations without a query of their own don't look at it.
  if (unknown !== undefined && named.size > 0) return `query ${unknown}`;
  if (operation.body === undefined) return undefined;
  // No body stands for an empty object, and a byte order mark for nothing (RFC 8259, section 8.1).
  const json = (text ?? '').replace(/^\ufeff/, '') || '{}';
  return takesBody(operation, JSON.parse(json)) ? undefined : 'the body';
}

function count({ id }: Operation, status: number): void {
  const counts = answered.get(id) ?? new Map<number, number>();
  answered.set(id, counts.set(status, (counts.get(status) ?? 0) + 1));
}

const who = fc.constantFrom<Role | 'nobody' | 'entitled'>(
  'entitled',
  'entitled',
  'entitled',
  'stranger',
  'participant',
  'creator',
  'admin',
  'nobody',
);

/** JSON-RPC has errors of its own, see mcp-fuzz. */
const drawn = operations.filter(({ path }) => path !== '/mcp');

test.each(drawn.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s',
  async (_name, operation) => {
    const known = await targetsOf(operation);
    const entitled = ENTITLED[operation.id] ?? 'creator';
    const check = async (caller: Role | 'nobody' | 'entitled', request: DrawnRequest): Promise<Answer> => {
      const role = caller === 'entitled' ? entitled : caller;
      const answer = await send(role === 'nobody' ? nobody() : callers[role], request);
      count(operation, answer.status);
      // Without a token a gateway answers by itself; its body is its own in AWS.
      if (role === 'nobody' && answer.status === 401) return answer;
      const found = faults(operation, request, answer);
      if (found.length > 0) throw new Error(`as ${role}: ${found.join('; ')}\n${answer.text.slice(0, 1_000)}`);
      return answer;
    };
    const validProperty = fc.asyncProperty(validRequest(operation, known), async (request) => {
      const { status, body, text } = await check('entitled', request);
      const [error] = (body['errors'] ?? []) as { pointer: string; detail: string }[];
      const reason = `${error?.pointer ?? ''} ${error?.detail ?? ''}`;
      if ([400, 413, 415, 422].includes(status) && !UNSAYABLE.some((pattern) => pattern.test(reason))) {
        throw new Error(`${status} for what the document has: ${text.slice(0, 1_000)}`);
      }
    });
    await fc.assert(validProperty, { seed: SEED, numRuns: VALID_RUNS });
    const brokenProperty = fc.asyncProperty(who, brokenRequest(operation, known), async (caller, request) => {
      await check(caller, request);
    });
    await fc.assert(brokenProperty, { seed: SEED, numRuns: RUNS });

    const statuses = [...(answered.get(operation.id) ?? [])].map(([status]) => status);
    // Or the fuzz would have been one of the checks of requests alone.
    expect(statuses.filter((status) => status < 300)).not.toEqual([]);
  },
  LIMIT_MS,
);
