import * as z from 'zod';
import { answerSchema, createdAnswer, listOf, nullableTimeSchema, timeSchema } from '../http/answers';
import { authenticatedRoute, jsonBody, optionalJsonBody } from '../http/route';
import { idempotencyHeader, idSchema, listQuery, metadataSchema, nameSchema } from '../http/schemas';

const registerAgentBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Chosen by the service if omitted.' }),
    name: nameSchema,
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

const agentSchema = answerSchema(() =>
  z
    .object({
      id: idSchema,
      name: z.string(),
      active: z.boolean(),
      createdAt: timeSchema(),
      deactivatedAt: nullableTimeSchema(),
      metadata: z.record(z.string(), z.unknown()).nullable(),
      tokens: z
        .array(z.object({ id: z.string(), createdAt: timeSchema() }))
        .meta({ description: 'The valid tokens. A token itself is shown only once, when it is created.' }),
    })
    .meta({ id: 'Agent' }),
);

const tokenSchema = answerSchema(() =>
  z.string().meta({
    description: 'Shown only in this response; the service stores only its SHA-256 hash.',
    example: 'muster_…',
  }),
);

const createdTokenSchema = answerSchema(() =>
  z
    .object({ tokenId: z.string(), agentId: z.string(), createdAt: timeSchema(), token: tokenSchema() })
    .meta({ id: 'CreatedToken' }),
);

export type CreatedToken = z.output<ReturnType<typeof createdTokenSchema>>;

const agentParams = z.strictObject({ agentId: idSchema.meta({ param: { name: 'agentId', in: 'path' } }) });
const tokenParams = z.strictObject({
  agentId: idSchema.meta({ param: { name: 'agentId', in: 'path' } }),
  tokenId: idSchema.meta({ param: { name: 'tokenId', in: 'path' } }),
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
      201: createdAnswer(
        'Registered.',
        z.object({ agent: agentSchema(), token: tokenSchema() }).meta({ id: 'RegisteredAgent' }),
      ),
    }),
  }),
  list: authenticatedRoute({
    method: 'get',
    path: '/v1/agents',
    operationId: 'listAgents',
    summary: 'List all agents, ordered by id (admin)',
    tags,
    request: { query: z.strictObject(listQuery) },
    answers: () => ({ 200: { description: 'A page of agents.', schema: listOf(agentSchema()) } }),
  }),
  get: authenticatedRoute({
    method: 'get',
    path: '/v1/agents/{agentId}',
    operationId: 'getAgent',
    summary: 'Read an agent (self or admin)',
    tags,
    request: { params: agentParams },
    answers: () => ({ 200: { description: 'The agent.', schema: agentSchema() } }),
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
          .object({ id: z.string(), name: z.string(), role: z.enum(['agent', 'admin']), tokenId: z.string() })
          .meta({ id: 'Me' }),
      },
    }),
  }),
};
