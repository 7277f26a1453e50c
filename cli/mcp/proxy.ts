/** Model Context Protocol on standard input and output, for clients that start a command: `POST /mcp` does the work. */
import { ApiError, ConnectionError, TimeoutError } from '@muster/client';
import { explain } from '../explain-error';
import type { Terminal } from '../terminal';
import { ATTEMPTS, type Endpoint, forward } from './forward';
import { protocolHeaders } from './headers';
import { errorResponse, type Id, idOf, INTERNAL_ERROR, isObject, type Message, PARSE_ERROR } from './message';

export interface ProxyOptions {
  readonly terminal: Terminal;
  readonly endpoint: Endpoint;
  /** Ends the proxy, and what is under way. */
  readonly signal: AbortSignal;
}

/** The client no longer wants to know. */
const CANCELLED = new Error('cancelled');

/** A wait of the service takes up to 20 s. What takes longer after the end of input is retries that nobody awaits. */
export const GRACE_MS = 25_000;

/** Serves the lines of standard input at the same time, until it ends and they have been answered, or soon after. */
export async function serveLines({ terminal, endpoint, signal }: ProxyOptions): Promise<void> {
  const overdue = new AbortController();
  const proxy = new LineProxy(terminal, endpoint, AbortSignal.any([signal, overdue.signal]));
  const underWay = new Set<Promise<void>>();
  for await (const line of terminal.inputLines(signal)) {
    if (line.trim() === '') continue;
    const served = proxy.serve(line).finally(() => underWay.delete(served));
    underWay.add(served);
  }
  const answered = new AbortController();
  const allAnswered = Promise.all(underWay).finally(() => {
    answered.abort();
  });
  const grace = terminal.sleep(GRACE_MS, AbortSignal.any([signal, answered.signal])).catch(() => undefined);
  await Promise.race([allAnswered, grace]);
  overdue.abort();
  await allAnswered;
}

class LineProxy {
  /** By the id of the request. */
  readonly #underWay = new Map<Id, AbortController>();
  /** Of the era of `initialize`. */
  #version: string | undefined;

  constructor(
    private readonly terminal: Pick<Terminal, 'out' | 'err'>,
    private readonly endpoint: Endpoint,
    private readonly signal: AbortSignal,
  ) {}

  async serve(line: string): Promise<void> {
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch (error) {
      const problem = (error as Error).message;
      this.#answer(
        errorResponse(undefined, PARSE_ERROR, `The line is not JSON: ${problem}. Send one message per line.`),
      );
      return;
    }
    await this.#serveMessage(line, isObject(message) ? message : {});
  }

  async #serveMessage(line: string, message: Message): Promise<void> {
    const { method, params } = message;
    if (method === 'notifications/cancelled') {
      this.#cancel(isObject(params) ? params['requestId'] : undefined);
      return;
    }
    const id = idOf(message);
    const isNotification = !('id' in message) && typeof method === 'string';
    const controller = new AbortController();
    if (id !== undefined) this.#underWay.set(id, controller);
    try {
      const signal = AbortSignal.any([this.signal, controller.signal]);
      const response = await forward(this.endpoint, line, protocolHeaders(message, this.#version), signal);
      if (response === null || isNotification) return;
      if (method === 'initialize') this.#version = versionOf(response) ?? this.#version;
      // A message that was refused before it was read has no id.
      this.#answer(JSON.stringify({ ...response, id: response['id'] ?? id ?? null }));
    } catch (error) {
      if (controller.signal.aborted || this.signal.aborted) return;
      if (isNotification) this.terminal.err(`muster: ${method}: ${explain(error)}\n`);
      else this.#answer(errorResponse(id, INTERNAL_ERROR, adviceOn(error)));
    } finally {
      if (id !== undefined && this.#underWay.get(id) === controller) this.#underWay.delete(id);
    }
  }

  #cancel(id: unknown): void {
    this.#underWay.get(id as Id)?.abort(CANCELLED);
  }

  #answer(text: string): void {
    this.terminal.out(`${text}\n`);
  }
}

/** For a model, or for the person that it tells. */
function adviceOn(error: unknown): string {
  const isPassing =
    error instanceof ApiError
      ? error.status === 429 || error.status >= 500
      : error instanceof ConnectionError || error instanceof TimeoutError;
  return isPassing ? `${explain(error)} It was tried ${ATTEMPTS} times; try again in a minute.` : explain(error);
}

function versionOf({ result }: Message): string | undefined {
  const version = isObject(result) ? result['protocolVersion'] : undefined;
  return typeof version === 'string' ? version : undefined;
}
