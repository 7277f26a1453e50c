/** Agents that reach the service through a process of `muster mcp`, as clients do that start a command. */
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { fileURLToPath } from 'node:url';
import type { HttpClient } from './http-client';
import { modernRequest, outcomeOf, type Wire } from './mcp-agent';

const LAUNCHER = fileURLToPath(new URL('../../cli/muster.mjs', import.meta.url));

export interface StdioWire extends Wire {
  /** Ends every process of it. */
  readonly close: () => Promise<void>;
}

export function stdioWire({ baseUrl, token }: HttpClient): StdioWire {
  const opened: StdioClientTransport[] = [];
  const open = (): StdioClientTransport => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [LAUNCHER, 'mcp'],
      env: { MUSTER_URL: baseUrl, MUSTER_TOKEN: token ?? '' },
    });
    opened.push(transport);
    return transport;
  };
  let raw: Promise<StdioClientTransport> | undefined;
  const waiting = new Map<number, (response: Readonly<Record<string, unknown>>) => void>();
  const startRaw = async (): Promise<StdioClientTransport> => {
    const transport = open();
    await transport.start();
    transport.onmessage = (message) => {
      if ('id' in message) waiting.get(message.id as number)?.({ ...message });
    };
    return transport;
  };
  let lastId = 0;
  return {
    open,
    dispatch: async (request) => {
      const { method, params } = request as { method: string; params: Record<string, unknown> };
      const id = ++lastId;
      const response = new Promise<Readonly<Record<string, unknown>>>((resolve) => waiting.set(id, resolve));
      raw ??= startRaw();
      await (await raw).send(modernRequest(id, method, params));
      return outcomeOf(await response);
    },
    close: async () => {
      await Promise.all(opened.map((transport) => transport.close()));
    },
  };
}
