/**
 * An agent as a language model is one: it knows the tools by their texts and schemas alone, picks one by what its
 * description says, and goes on by what the answer says.
 */
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { createTaskSessionFromClient, type RawClientDispatch } from '@modelcontextprotocol/ext-tasks/client';
import { Ajv2020, type AnySchemaObject } from 'ajv/dist/2020.js';
import type { HttpClient } from './http-client';

export type Era = 'legacy' | 'modern';

export const MODERN_VERSION = '2026-07-28';
const CLIENT_INFO = { name: 'scripted', version: '1.0.0' };
const TAKES_TASKS = { extensions: { 'io.modelcontextprotocol/tasks': {} } };

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

/** How an agent reaches the service. */
export interface Wire {
  readonly open: () => Transport;
  /** One request of the newer era as it goes over the wire; the client that the package adapts knows no tasks. */
  readonly dispatch: RawClientDispatch;
}

const httpWire = (agent: HttpClient): Wire => ({
  open: () =>
    new StreamableHTTPClientTransport(new URL(`${agent.baseUrl}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${agent.token ?? ''}` } },
      fetch: fetchHere,
    }),
  dispatch: async (request) => {
    const { method, params } = request as { method: string; params: Record<string, unknown> };
    return outcomeOf((await callModern(agent, method, params)).body);
  },
});

export const outcomeOf = (response: Readonly<Record<string, unknown>>): Awaited<ReturnType<RawClientDispatch>> =>
  'error' in response
    ? { kind: 'error', error: response['error'] as never }
    : { kind: 'result', result: response['result'] as never };

/** An official client that is connected as this agent. */
export async function connect(agent: HttpClient, era: Era, wire = httpWire(agent)): Promise<Client> {
  const client = new Client(CLIENT_INFO, {
    versionNegotiation: { mode: era === 'modern' ? 'auto' : 'legacy' },
  });
  await client.connect(wire.open());
  return client;
}

/** Jest's tests have an `Object` of their own; of another one the package for tasks takes nothing for JSON. */
const fetchHere = async (url: string | URL, init?: RequestInit): Promise<Response> => {
  const response = await fetch(url, init);
  const json = async (): Promise<unknown> => JSON.parse(await response.text()) as unknown;
  return Object.defineProperty(response, 'json', { value: json });
};

export class McpAgent {
  #tasks: ReturnType<typeof createTaskSessionFromClient> | undefined;

  private constructor(
    readonly client: Client,
    private readonly http: HttpClient,
    private readonly wire: Wire,
    private readonly tools: Awaited<ReturnType<Client['listTools']>>['tools'],
  ) {}

  static async start(http: HttpClient, era: Era, wire = httpWire(http)): Promise<McpAgent> {
    const client = await connect(http, era, wire);
    return new McpAgent(client, http, wire, (await client.listTools()).tools);
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
    // A client can be adapted once.
    this.#tasks ??= createTaskSessionFromClient(this.client, {
      endpointId: this.http.baseUrl,
      rawDispatch: this.wire.dispatch,
      v2RequestFraming: { protocolVersion: MODERN_VERSION, clientInfo: CLIENT_INFO, clientCapabilities: {} },
    });
    return this.#tasks.callTool(this.toolFor(purpose, input), input as Record<string, never>);
  }

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
  capabilities: object = TAKES_TASKS,
) {
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return http.send('POST', '/mcp', {
    headers: {
      'mcp-protocol-version': MODERN_VERSION,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: modernRequest(1, method, params, capabilities),
  });
}

/** It says itself what a session would have negotiated. */
export const modernRequest = (
  id: number,
  method: string,
  params: Record<string, unknown>,
  capabilities: object = TAKES_TASKS,
) => ({
  jsonrpc: '2.0' as const,
  id,
  method,
  params: {
    ...params,
    _meta: {
      'io.modelcontextprotocol/protocolVersion': MODERN_VERSION,
      'io.modelcontextprotocol/clientInfo': CLIENT_INFO,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  },
});
