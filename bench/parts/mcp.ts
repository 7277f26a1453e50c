/**
 * The Model Context Protocol: the size of the list of tools, and for each tool the requests and units of a call in the
 * table, as Dynoxide reports them, and its CPU time. The handler runs in the process of the bench, not as a bundle.
 */
import { agentApi } from '../../lib/agents/api';
import { agentRoutes } from '../../lib/agents/routes';
import { isoTime } from '../../lib/common/clock';
import { derivedId } from '../../lib/events/event';
import { serve } from '../../lib/http/app';
import { mcpApi } from '../../lib/mcp/api';
import { mcpRoutes } from '../../lib/mcp/routes';
import { listTools } from '../../lib/mcp/tools';
import { deliver } from '../../lib/messages/inbox-store';
import { startStore } from '../../laptop/store';
import { callHandler } from '../../test/support/gateway-event';
import { modernRequest } from '../../test/support/mcp-agent';
import { createMeteredTable } from '../../test/support/metered-table';
import { messageService } from '../../test/support/operations';
import { asCaller } from '../ids';
import { round } from '../statistics';

export interface McpResult {
  readonly listBytes: number;
  readonly tools: readonly {
    readonly name: string;
    readonly requests: number;
    readonly readUnits: number;
    readonly writeUnits: number;
    readonly cpuMs: number;
  }[];
}

const SILENT = { debug: () => undefined, info: () => undefined, error: () => undefined };
const KEEP_UNTIL_SECONDS = 4_000_000_000;
const now = Date.now;

/** Of the agent `builder`, each call with a number of its own; in this order, as one prepares another. */
const CALLS: Readonly<Record<string, (number: number) => Record<string, unknown>>> = {
  who_am_i: () => ({}),
  find_agents: () => ({ query: 'tester' }),
  check_in: () => ({ ttlSeconds: 600 }),
  create_sync_point: (number) => ({ id: `p-${number}`, name: 'bench', participants: ['builder', 'tester'] }),
  arrive_at_sync_point: (number) => ({ id: `p-${number}`, data: { passed: 12 } }),
  show_status: (number) => ({ id: `p-${number}` }),
  wait_until_done: (number) => ({ id: `p-${number}`, seconds: 0 }),
  recent_events: (number) => ({ id: `p-${number}` }),
  create_tracker: (number) => ({
    ...{ id: `t-${number}`, name: 'bench', totalSteps: 10 },
    ...{ participants: ['builder', 'tester'], completeWhen: 'everyone' },
  }),
  report_progress: (number) => ({ id: `t-${number}`, step: 1 }),
  report_failure: (number) => ({ id: `t-${number}`, kind: 'tracker', reason: 'The disk is full.' }),
  read_messages: () => ({ limit: 1 }),
  acknowledge_messages: (number) => ({ messageIds: [messageId(number)] }),
  send_message: () => ({ to: ['tester'], type: 'REVIEW', text: 'Look at it.' }),
};

const SENT_AT_MS = Date.parse('2026-03-01T12:00:00.000Z');
const messageId = (number: number): string => derivedId(SENT_AT_MS, 'bench', number);

export async function measureMcp(quick: boolean): Promise<McpResult> {
  const times = quick ? 5 : 100;
  const store = await startStore({ kind: 'dynoxide' });
  try {
    const table = await createMeteredTable(store.endpoint);
    const service = { ...messageService({ table, now }), agentDirectory: true };
    const options = { corsOrigins: [], version: '0', log: SILENT };
    const handler = serve(mcpRoutes, mcpApi(service, options), SILENT);
    const send = async (method: string, params: Record<string, unknown>): Promise<Record<string, unknown>> => {
      const answer = await callHandler(handler, {
        method: 'POST',
        path: '/mcp',
        authorizer: asCaller('builder'),
        headers: {
          authorization: 'Bearer bench',
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': method,
          'mcp-name': String(params['name']),
        },
        body: modernRequest(1, method, params, {}),
      });
      const { result } = answer.json as { result?: Record<string, unknown> };
      if (result === undefined || result['isError'] === true) throw new Error(`${method} failed: ${answer.text}`);
      return result;
    };

    const agents = serve(agentRoutes, agentApi(service), SILENT);
    for (const id of ['builder', 'tester']) {
      const authorizer = { ...asCaller('admin'), role: 'admin' as const };
      await callHandler(agents, { method: 'POST', path: '/v1/agents', authorizer, body: { id, name: id } });
    }
    for (let number = 0; number <= times; number++) {
      const party = { id: 'tester', name: 'tester' };
      const message = {
        ...{ id: messageId(number), sender: party, recipients: [{ id: 'builder', name: 'builder' }] },
        ...{ timestamp: isoTime(SENT_AT_MS), priority: 'MEDIUM' as const, requiresAcknowledgment: false },
        content: { type: 'REVIEW', number },
      };
      await deliver(table, message, 'builder', KEEP_UNTIL_SECONDS);
    }

    const tools: McpResult['tools'][number][] = [];
    for (const [name, inputOf] of Object.entries(CALLS)) {
      const call = (number: number) => send('tools/call', { name, arguments: inputOf(number) });
      // What only a first call does is no part of it.
      await call(0);
      table.meter.reset();
      const before = process.cpuUsage();
      for (let number = 1; number <= times; number++) await call(number);
      const { user, system } = process.cpuUsage(before);
      const requests = [...table.meter.requests.values()].reduce((sum, one) => sum + one, 0);
      tools.push({
        name,
        requests: round(requests / times),
        readUnits: round(table.meter.readUnits / times),
        writeUnits: round(table.meter.writeUnits / times),
        cpuMs: round((user + system) / 1_000 / times, 1),
      });
    }
    const list = await send('tools/list', {});
    const listBytes = Buffer.byteLength(JSON.stringify(list));
    if (tools.length !== listTools().length) throw new Error('There is a tool that this part does not call.');
    return { listBytes, tools };
  } finally {
    await store.stop();
  }
}
