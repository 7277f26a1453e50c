import { AsyncLocalStorage } from 'node:async_hooks';
import type { Trace } from './trace';

/**
 * The trace and the log fields of the current work. They are not a parameter of every function, because no decision
 * depends on them: they only go into logs, and onto items and messages that the work writes and sends.
 */
export interface Scope {
  /** null: the work has no trace. */
  readonly trace: Trace | null;
  /** For every log line of the work: the id of the request and the ids of its subject. Never a token. */
  readonly fields: Readonly<Record<string, string | number | undefined>>;
}

const scopes = new AsyncLocalStorage<Scope>();

/** Everything that `work` calls, also later, runs in the scope. */
export const inScope = <Answer>(scope: Scope, work: () => Answer): Answer => scopes.run(scope, work);

export const currentScope = (): Scope | undefined => scopes.getStore();
export const currentTrace = (): Trace | null => scopes.getStore()?.trace ?? null;
