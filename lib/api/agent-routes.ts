import * as z from 'zod';
import { answerSchema, createdAnswer, listOf, nullableTimeSchema, timeSchema } from './answers';
import { authenticatedRoute, jsonBody, optionalJsonBody } from './route';
import { idempotencyHeader, idSchema, listQuery, metadataSchema, nameSchema } from './schemas';

export const registerAgentBody = z
  .strictObject({
    id: idSchema.optional().meta({ description: 'Made by the service unless given.' }),
    name: nameSchema,
    metadata: metadataSchema.optional(),
  })
  .meta({ id: 'RegisterAgent' });

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
        .meta({ description: 'Ids of the valid tokens; a token itself is shown once, when it is made.' }),
    })
    .meta({ id: 'Agent' }),
);

const tokenSchema = answerSchema(() =>
  z.string().meta({ description: 'Shown this once; only its SHA-256 is stored.', example: 'muster_…' }),
);

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
    summary: 'List agents by id (admin)',
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
    summary: 'Change name or metadata (self or admin)',
    tags,
    request: {
      params: agentParams,
      body: jsonBody(
        z
          .strictObject({
            name: nameSchema.optional(),
            metadata: metadataSchema
              .nullable()
              .optional()
              .meta({ type: ['object', 'null'] }),
          })
          .refine((body) => body.name !== undefined || body.metadata !== undefined, 'must change name or metadata')
          .meta({ id: 'UpdateAgent' }),
      ),
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
    summary: 'Make a further token; rotate by revoking the old one afterwards (self or admin)',
    tags,
    request: { params: agentParams, headers: idempotencyHeader, body: optionalJsonBody(z.strictObject({})) },
    answers: () => ({
      201: createdAnswer(
        'Made.',
        z
          .object({ tokenId: z.string(), agentId: z.string(), createdAt: timeSchema(), token: tokenSchema() })
          .meta({ id: 'CreatedToken' }),
      ),
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
    summary: 'Who the token stands for',
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
