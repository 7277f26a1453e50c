import { AsyncLocalStorage } from 'node:async_hooks';
import type { Trace } from './trace-context';

/**
 * What a piece of work belongs to. Kept beside the call and not in every signature, as nothing is decided by it: it only
 * goes into logs, and onto what the work writes and sends.
 */
export interface Scope {
  /** null: the work came without a trace. */
  readonly trace: Trace | null;
  /** For every log line of the work: ids of the request and of what it is about. Never a token. */
  readonly fields: Readonly<Record<string, string | number | undefined>>;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Everything that `work` calls, also later, belongs to the scope. */
export const inScope = <Answer>(scope: Scope, work: () => Answer): Answer => scopes.run(scope, work);

export const currentScope = (): Scope | undefined => scopes.getStore();
export const currentTrace = (): Trace | null => scopes.getStore()?.trace ?? null;
