/**
 * With MUSTER_RECORD_CALLS=<file>, records the permissions that the functions need: one line of JSON per function and
 * action, written on first use.
 *
 * The SDK is bundled and out of reach. But all its requests go through Node's `http.request`, in the asynchronous
 * context of the function call.
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

/** Wraps functions to record their calls. Use once per thread: it replaces `http.request`. */
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
      // Every schedule has a different name; one line for all is enough.
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

/** Collects the body written to a request and reports when it is complete. */
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
