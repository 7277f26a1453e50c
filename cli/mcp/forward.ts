/** Sends one message to `POST /mcp`, with the retries of the client. */
import { apiErrorOf, ConnectionError, type Logger, type MusterError, type Problem, TimeoutError } from '@muster/client';
import { randomUUID } from 'node:crypto';
import { CommandError } from '../errors';
import type { Terminal } from '../terminal';
import { isObject, type Message } from './message';

export interface Endpoint {
  readonly url: string;
  readonly token: string | undefined;
  readonly fetch: Terminal['fetch'];
  readonly sleep: Terminal['sleep'];
  readonly logger: Logger;
}

const ASKED = 'POST /mcp';
export const ATTEMPTS = 5;
/** A wait of the service takes up to 20 s, and API Gateway ends a request after 30. */
const ATTEMPT_MS = 35_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
const LONGEST_RETRY_AFTER_MS = 60_000;

type Outcome = { readonly body: Message | null } | { readonly error: MusterError; readonly retryAfterMs: number };

/**
 * The response, of whatever status, or null if there is none because the message needs none. All attempts carry one
 * idempotency key, so that none of them creates or sends a second time.
 *
 * @throws MusterError if the service doesn't respond or refuses the request, CommandError if it isn't Muster, the
 *   signal's reason if that is aborted
 */
export async function forward(
  endpoint: Endpoint,
  text: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Message | null> {
  const { token, logger, sleep } = endpoint;
  const init: RequestInit = {
    method: 'POST',
    body: text,
    // A redirect would take the token to wherever the answer says.
    redirect: 'manual',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  };
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt(endpoint, init, attempts, signal);
    if ('body' in outcome) {
      logger.debug('Muster answered', { asked: ASKED, attempts });
      return outcome.body;
    }
    if (attempts === ATTEMPTS) throw outcome.error;
    const longestMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
    const pauseMs = outcome.retryAfterMs + longestMs * (0.5 + Math.random() / 2);
    logger.warn('Muster is asked again', { asked: ASKED, attempts, pauseMs, reason: outcome.error.message });
    await sleep(pauseMs, signal);
  }
}

/** Errors worth a retry are returned; others are thrown. */
async function attempt(
  { url, fetch }: Endpoint,
  init: RequestInit,
  attempts: number,
  signal: AbortSignal,
): Promise<Outcome> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS)]) });
    text = await response.text();
  } catch (error) {
    signal.throwIfAborted();
    return { error: lost(url, error), retryAfterMs: 0 };
  }
  const { status, headers } = response;
  const body = objectOf(text);
  if (response.ok || body?.['jsonrpc'] === '2.0') {
    if (status === 202 || body?.['jsonrpc'] === '2.0') return { body };
    throw new CommandError(`${url} doesn't seem to be Muster; check MUSTER_URL or the profile.`);
  }
  if (status >= 300 && status < 400) {
    throw new CommandError(
      `${url} redirects to ${headers.get('location') ?? 'elsewhere'}; check MUSTER_URL or the profile.`,
    );
  }
  const requestId = headers.get('x-request-id') ?? headers.get('apigw-requestid') ?? undefined;
  const error = apiErrorOf(ASKED, { status, headers, requestId, problem: body as Problem | null, attempts });
  if (status !== 429 && status < 500) throw error;
  return { error, retryAfterMs: retryAfterMsOf(headers) };
}

/** Seconds, or a date (RFC 9110), which is compared with the date of the response: by one clock. */
function retryAfterMsOf(headers: Headers): number {
  const header = headers.get('retry-after') ?? '';
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.parse(headers.get('date') ?? '');
  return ms > 0 ? Math.min(ms, LONGEST_RETRY_AFTER_MS) : 0;
}

/** `fetch` says only that it failed; why is in the cause. */
function lost(url: string, error: unknown): MusterError {
  const { name, cause = error } = Object(error) as { readonly name?: string; readonly cause?: unknown };
  if (name === 'TimeoutError') return new TimeoutError(`${url} did not answer within ${ATTEMPT_MS / 1_000} s.`);
  const { message, code } = Object(cause) as { readonly message?: string; readonly code?: string };
  const why = message || code || String(cause);
  return new ConnectionError(`No connection to ${url}, or it was lost: ${why}. Does Muster run there?`);
}

function objectOf(text: string): Message | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
