/**
 * An agent as a language model is one: it knows the tools by their texts and schemas alone, picks one by what its
 * description says, and goes on by what the answer says.
 */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createTaskSessionFromClient, type RawClientDispatch } from '@modelcontextprotocol/ext-tasks/client';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import type { HttpClient } from './http-client';

export type Era = 'legacy' | 'modern';

export const MODERN_VERSION = '2026-07-28';
const CLIENT_INFO = { name: 'scripted', version: '1.0.0' };
const TASKS = 'io.modelcontextprotocol/tasks';

export interface Answer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
}

interface Result {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
}

const answerOf = ({ content, structuredContent = {}, isError = false }: Result): Answer => ({
  text: content.map(({ text = '' }) => text).join('\n'),
  structured: structuredContent,
  isError,
});

/** An official client that is connected as this agent. */
export async function connect(agent: HttpClient, era: Era): Promise<Client> {
  const client = new Client(CLIENT_INFO, {
    versionNegotiation: { mode: era === 'modern' ? 'auto' : 'legacy' },
  });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${agent.baseUrl}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${agent.token ?? ''}` } },
      fetch: fetchHere,
    }),
  );
  return client;
}

/** Jest's tests have an `Object` of their own; of another one the package for tasks takes nothing for JSON. */
const fetchHere = async (url: string | URL, init?: RequestInit): Promise<Response> => {
  const response = await fetch(url, init);
  const json = async (): Promise<unknown> => JSON.parse(await response.text()) as unknown;
  return Object.defineProperty(response, 'json', { value: json });
};

export class McpAgent {
  private constructor(
    readonly client: Client,
    private readonly http: HttpClient,
    private readonly tools: Awaited<ReturnType<Client['listTools']>>['tools'],
  ) {}

  static async start(http: HttpClient, era: Era): Promise<McpAgent> {
    const client = await connect(http, era);
    return new McpAgent(client, http, (await client.listTools()).tools);
  }

  get id(): string {
    return this.http.id;
  }

  /** Calls the one tool whose description begins like this, with what its schema allows. */
  async use(purpose: RegExp, input: Record<string, unknown>): Promise<Answer> {
    const name = this.toolFor(purpose, input);
    return answerOf((await this.client.callTool({ name, arguments: input })) as Result);
  }

  /** The same in a task, if the tool makes one. */
  async useInTask(purpose: RegExp, input: Record<string, unknown>) {
    const session = createTaskSessionFromClient(await connect(this.http, 'modern'), {
      endpointId: this.http.baseUrl,
      rawDispatch: this.dispatch,
      v2RequestFraming: { protocolVersion: MODERN_VERSION, clientInfo: CLIENT_INFO, clientCapabilities: {} },
    });
    return session.callTool(this.toolFor(purpose, input), input as Record<string, never>);
  }

  /** One request of the newer era as it goes over the wire; the client that the package adapts knows no tasks. */
  readonly dispatch: RawClientDispatch = async (request) => {
    const { method, params } = request as { method: string; params: Record<string, unknown> };
    const { body } = await callModern(this.http, method, params);
    return 'error' in body
      ? { kind: 'error', error: body['error'] as never }
      : { kind: 'result', result: body['result'] as never };
  };

  private toolFor(purpose: RegExp, input: Record<string, unknown>): string {
    const [tool, ...others] = this.tools.filter(({ description = '' }) => purpose.test(description));
    if (tool === undefined || others.length > 0) throw new Error(`Not one tool is for ${purpose.source}.`);
    const validate = new Ajv2020({ strict: false }).compile(tool.inputSchema as AnySchemaObject);
    if (!validate(input)) throw new Error(`${tool.name} takes no ${JSON.stringify(input)}`);
    return tool.name;
  }
}

/** One request of revision 2026-07-28. */
export function callModern(
  http: HttpClient,
  method: string,
  params: Record<string, unknown> = {},
  capabilities: object = { extensions: { [TASKS]: {} } },
) {
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return http.send('POST', '/mcp', {
    headers: {
      'mcp-protocol-version': MODERN_VERSION,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: {
      jsonrpc: '2.0',
      id: 1,
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
          'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    },
  });
}
