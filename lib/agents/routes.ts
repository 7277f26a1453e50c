import * as z from 'zod';
import { answerSchema, createdAnswer, listOf, nullableTimeSchema, timeSchema } from '../http/answers';
import { authenticatedRoute, jsonBody, optionalJsonBody } from '../http/route';
import { MAX_TTL_SECONDS, MIN_TTL_SECONDS } from '../common/limits';
import { idempotencyHeader, idSchema, listQuery, metadataSchema, nameSchema } from '../http/schemas';

const registerAgentBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Chosen by the service if omitted.' }),
    name: nameSchema.meta({ description: 'For people; need not be unique.', example: 'Builder' }),
    metadata: metadataSchema.optional(),
  })
  .meta({ id: 'RegisterAgent' });

export type RegisterAgent = z.output<typeof registerAgentBody>;

const updateAgentBody = z
  .strictObject({
    name: nameSchema.optional(),
    metadata: metadataSchema
      .nullable()
      .optional()
      .meta({ type: ['object', 'null'] }),
  })
  .refine((body) => body.name !== undefined || body.metadata !== undefined, 'must have name or metadata')
  .meta({ id: 'UpdateAgent' });

export type UpdateAgent = z.output<typeof updateAgentBody>;

const checkInBody = z
  .strictObject({
    ttlSeconds: z.int().min(MIN_TTL_SECONDS).max(MAX_TTL_SECONDS).meta({
      description: 'The agent promises to check in again within this time. Check in at least twice as often.',
      example: 60,
    }),
  })
  .meta({ id: 'CheckIn' });

const presenceSchema = answerSchema(() =>
  z
    .object({
      status: z
        .enum(['present', 'lost'])
        .meta({ description: '`lost`: the agent did not check in by the time that it had promised.' }),
      ttlSeconds: z.int().meta({ description: 'As promised at the last check-in.' }),
      since: timeSchema().meta({
        description: 'First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.',
      }),
      expiresAt: nullableTimeSchema().meta({
        description: 'Unless the agent checks in before, it is lost at this time; null once it is.',
      }),
      lostAt: nullableTimeSchema().meta({ description: 'null while the agent is present.' }),
    })
    .meta({ id: 'Presence' }),
);

const cardFields = () => ({
  id: idSchema,
  name: z.string(),
  role: z.literal('agent'),
  active: z.boolean().meta({ description: '`false`: deactivated; all its tokens are revoked.' }),
  presence: presenceSchema()
    .nullable()
    .meta({ description: 'null: the agent has never checked in, or has checked out.' }),
});

const detailFields = () => ({
  createdAt: timeSchema(),
  deactivatedAt: nullableTimeSchema().meta({ description: 'null while it is active.' }),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  tokens: z
    .array(z.object({ id: z.string(), createdAt: timeSchema() }))
    .meta({ description: 'The valid tokens. A token itself is shown only once, when it is created.' }),
});

const agentSchema = answerSchema(() => z.object({ ...cardFields(), ...detailFields() }).meta({ id: 'Agent' }));

/** What it shows depends on who asks. */
const agentEntrySchema = answerSchema(() =>
  z.object({ ...cardFields(), ...z.object(detailFields()).partial().shape }).meta({
    id: 'AgentEntry',
    description: 'The members from `createdAt` on are present only for admins and for the agent itself.',
  }),
);

const registeredSchema = answerSchema(() =>
  z.object({ agent: agentSchema(), token: tokenSchema() }).meta({ id: 'RegisteredAgent' }),
);

const tokenSchema = answerSchema(() =>
  z.string().meta({
    description:
      'Shown only in the response to this request and to its repeats; the service stores only its SHA-256 hash.',
    example: 'muster_…',
  }),
);

const createdTokenSchema = answerSchema(() =>
  z
    .object({
      tokenId: z.string().meta({ description: 'Names the token to revoke it; no secret.' }),
      agentId: z.string(),
      createdAt: timeSchema(),
      token: tokenSchema(),
    })
    .meta({ id: 'CreatedToken' }),
);

export type CreatedToken = z.output<ReturnType<typeof createdTokenSchema>>;

const agentIdParam = idSchema.meta({ param: { name: 'agentId', in: 'path' }, description: 'Id of the agent.' });
const agentParams = z.strictObject({ agentId: agentIdParam });
const tokenParams = z.strictObject({
  agentId: agentIdParam,
  tokenId: idSchema.meta({ param: { name: 'tokenId', in: 'path' }, description: 'Id of the token, not the token.' }),
});
const tags = ['Agents'];

export const agentRoutes = {
  register: authenticatedRoute({
    method: 'post',
    path: '/v1/agents',
    operationId: 'registerAgent',
    summary: 'Register an agent (admin)',
    tags,
    request: { headers: idempotencyHeader, body: jsonBody(registerAgentBody) },
    answers: () => ({
      201: createdAnswer('Registered.', registeredSchema()),
    }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/agents',
    operationId: 'listAgents',
    summary: 'List all agents, ordered by id (any agent, unless the stage has turned the directory off)',
    tags,
    request: { query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of agents.', schema: listOf(agentEntrySchema()) } }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/agents/{agentId}',
    operationId: 'getAgent',
    summary: 'Read an agent (any agent, unless the stage has turned the directory off)',
    tags,
    request: { params: agentParams },
    answers: () => ({ 200: { description: 'The agent.', schema: agentEntrySchema() } }),
  }),
  patch: authenticatedRoute({
    method: 'patch',
    path: '/v1/agents/{agentId}',
    operationId: 'updateAgent',
    summary: 'Change the name or metadata of an agent (self or admin)',
    tags,
    request: {
      params: agentParams,
      body: jsonBody(updateAgentBody),
    },
    answers: () => ({ 200: { description: 'The agent.', schema: agentSchema() } }),
  }),
  deactivate: authenticatedRoute({
    method: 'delete',
    path: '/v1/agents/{agentId}',
    operationId: 'deactivateAgent',
    summary: 'Deactivate an agent and revoke all its tokens (admin)',
    tags,
    request: { params: agentParams },
    answers: () => ({ 204: { description: 'Deactivated.' } }),
  }),
  reactivate: authenticatedRoute({
    method: 'post',
    path: '/v1/agents/{agentId}/reactivate',
    operationId: 'reactivateAgent',
    summary: 'Bring a deactivated agent back with the same id, inbox and rosters, and a new token (admin)',
    tags,
    request: { params: agentParams, headers: idempotencyHeader, body: optionalJsonBody(z.strictObject({})) },
    answers: () => ({ 201: createdAnswer('Reactivated.', registeredSchema()) }),
  }),
  createToken: authenticatedRoute({
    method: 'post',
    path: '/v1/agents/{agentId}/tokens',
    operationId: 'createToken',
    summary: 'Create another token; to rotate, then revoke the old one (self or admin)',
    tags,
    request: { params: agentParams, headers: idempotencyHeader, body: optionalJsonBody(z.strictObject({})) },
    answers: () => ({
      201: createdAnswer('Created.', createdTokenSchema()),
    }),
  }),
  revokeToken: authenticatedRoute({
    method: 'delete',
    path: '/v1/agents/{agentId}/tokens/{tokenId}',
    operationId: 'revokeToken',
    summary: 'Revoke a token (self or admin)',
    tags,
    request: { params: tokenParams },
    answers: () => ({ 204: { description: 'Revoked.' } }),
  }),
  me: authenticatedRoute({
    method: 'get',
    path: '/v1/me',
    operationId: 'whoAmI',
    summary: 'Read the agent that the token belongs to',
    tags,
    answers: () => ({
      200: {
        description: 'The caller.',
        schema: z
          .object({
            id: z.string(),
            name: z.string(),
            role: z.enum(['agent', 'admin']).meta({ description: 'Of the token.' }),
            tokenId: z.string(),
          })
          .meta({ id: 'Me' }),
      },
    }),
  }),
  checkIn: authenticatedRoute({
    method: 'put',
    path: '/v1/me/presence',
    operationId: 'checkIn',
    summary: 'Check in, and promise to do so again within `ttlSeconds`; an agent that misses it counts as lost',
    tags,
    request: { body: jsonBody(checkInBody) },
    answers: () => ({ 200: { description: 'Checked in.', schema: presenceSchema() } }),
  }),
  checkOut: authenticatedRoute({
    method: 'delete',
    path: '/v1/me/presence',
    operationId: 'checkOut',
    summary: 'Check out: ends the promise; the agent does not count as lost',
    tags,
    answers: () => ({ 204: { description: 'Checked out.' } }),
  }),
};
