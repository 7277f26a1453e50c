/** Calls of the Model Context Protocol without a server, in a world whose clock a test turns. */
import { expect } from '@jest/globals';
import { serve } from '../../lib/http/app';
import { mcpApi } from '../../lib/mcp/api';
import { mcpRoutes } from '../../lib/mcp/routes';
import { callHandler } from './gateway-event';
import { modernRequest } from './mcp-agent';
import { messageService } from './operations';
import { agent, type World } from './world';

const SILENT = { debug: () => undefined, info: () => undefined, error: () => undefined };

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent: Readonly<Record<string, unknown>>;
}

export type McpCaller = ReturnType<typeof mcpOf>;

export function mcpOf(world: World) {
  const options = { corsOrigins: [], version: '0', log: SILENT };
  const handler = serve(mcpRoutes, mcpApi({ ...messageService(world), agentDirectory: true }, options), SILENT);

  async function send<R>(
    by: string,
    method: string,
    params: Record<string, unknown>,
    headers = {},
    body?: string,
  ): Promise<R> {
    const name = params['name'] ?? params['taskId'];
    const answer = await callHandler(handler, {
      method: 'POST',
      path: '/mcp',
      authorizer: agent(by),
      headers: {
        authorization: `Bearer token-of-${by}`,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        'mcp-name': String(name),
        ...headers,
      },
      body: body ?? modernRequest(1, method, params),
    });
    expect(answer.status).toBe(200);
    return answer.json['result'] as R;
  }

  async function use(by: string, name: string, input: Record<string, unknown>, headers = {}) {
    const {
      content,
      isError = false,
      structuredContent,
    } = await send<ToolResult>(by, 'tools/call', { name, arguments: input }, headers);
    return { text: content.map(({ text }) => text).join('\n'), isError, structured: structuredContent };
  }

  return { handler, send, use };
}
