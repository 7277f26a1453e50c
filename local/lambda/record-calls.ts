/**
 * With MUSTER_RECORD_CALLS=<file>, writes which permissions the functions need: a line of JSON for each function and action, when it is
 * needed for the first time.
 *
 * The SDK is inside the bundles, out of reach; but all of its requests leave through Node's `http.request`, in the asynchronous context of
 * the call of the function.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { appendFileSync } from 'node:fs';
import http, { type ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { permissionsNeeded, type NeededPermission } from './aws-calls';
import type { Functions } from './functions';

/** A line of the file. */
export interface RecordedCall extends NeededPermission {
  readonly functionName: string;
}

/** Functions whose calls are written down. Once per process: it replaces `http.request`. */
export function recordCalls(functions: Functions, file: string): Functions {
  const running = new AsyncLocalStorage<string>();
  const known = new Set<string>();
  const record = (functionName: string, request: ClientRequest, body: string): void => {
    const target = request.getHeader('x-amz-target');
    const needed = permissionsNeeded({
      method: request.method,
      path: request.path,
      target: typeof target === 'string' ? target : undefined,
      body,
    });
    for (const { action, resource } of needed) {
      // Schedules have a name each; one of them tells as much as all.
      const key = [functionName, action, resource.replace(/(:schedule\/[^/]+\/).*/, '$1')].join(' ');
      if (known.has(key)) continue;
      known.add(key);
      appendFileSync(file, `${JSON.stringify({ functionName, action, resource } satisfies RecordedCall)}\n`);
    }
  };

  const original = http.request;
  http.request = ((...args: Parameters<typeof original>) => {
    const request = original(...args);
    const functionName = running.getStore();
    if (functionName !== undefined) {
      onceSent(request, (body) => {
        record(functionName, request, body);
      });
    }
    return request;
  }) as typeof original;
  syncBuiltinESMExports();

  return {
    ...functions,
    invoke: (functionName, event) => running.run(functionName, () => functions.invoke(functionName, event)),
  };
}

/** Gathers what is written to a request, and tells when it is complete. */
function onceSent(request: ClientRequest, tell: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const keep = (chunk: unknown): void => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk));
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  const write = request.write.bind(request);
  const end = request.end.bind(request);
  request.write = ((...args: Parameters<typeof write>) => {
    keep(args[0]);
    return write(...args);
  }) as typeof write;
  request.end = ((...args: Parameters<typeof end>) => {
    keep(args[0]);
    tell(Buffer.concat(chunks).toString('utf8'));
    return end(...args);
  }) as typeof end;
}
