import { Muster } from '../../src/index.ts';
import type { InboxMessage } from '../../src/index.ts';
import { TurnedClock } from './turned-clock.ts';

const URGENCY = ['HIGH', 'MEDIUM', 'LOW'];

/** The inbox of one agent, behind a `fetch`; a long poll lasts until there is a message or the caller gives up. */
export class FakeInbox {
  readonly clock = new TurnedClock();
  /** Method and path of each request, and what the acknowledgements carried. */
  readonly asked: string[] = [];
  readonly acknowledged = new Map<string, unknown>();
  readonly muster: Muster;
  /** Answers in place of the inbox where it returns something. */
  instead: (asked: string, body: unknown) => Response | Promise<Response | undefined> | Error | undefined = () =>
    undefined;
  readonly #messages: InboxMessage[] = [];
  readonly #polls = new Set<() => void>();

  constructor() {
    this.muster = new Muster({ url: 'http://inbox', token: 't', fetch: this.#fetch }, this.clock);
  }

  add(id: string, priority: InboxMessage['priority'] = 'MEDIUM', type = 'WORK'): void {
    this.#messages.push({
      id,
      priority,
      content: { type },
      sender: { id: 'sender', name: 'Sender' },
      recipients: [],
      timestamp: new Date(this.clock.now()).toISOString(),
      requiresAcknowledgment: false,
      expiresAt: null,
      inReplyTo: null,
      acknowledgedAt: null,
    });
    for (const wake of this.#polls) wake();
  }

  get looks(): number {
    return this.asked.filter((asked) => asked.startsWith('GET')).length;
  }

  /** How many long polls are under way. */
  get polls(): number {
    return this.#polls.size;
  }

  readonly #fetch: typeof fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(input);
    const asked = `${init?.method ?? ''} ${pathname}`;
    this.asked.push(asked);
    // As the client sends it: JSON, as text.
    const text = init?.body as string | undefined;
    const body: unknown = text === undefined ? undefined : JSON.parse(text);
    const instead = await this.instead(asked, body);
    if (instead instanceof Error) throw instead;
    if (instead) return instead;
    const [, messageId] = /^\/v1\/inbox\/(.*)\/ack$/.exec(pathname) ?? [];
    if (messageId !== undefined) return this.#acknowledge(messageId, text ?? '');
    if (searchParams.has('wait')) await this.#wait(searchParams, init?.signal ?? undefined);
    const from = Number(searchParams.get('cursor') ?? 0);
    const to = from + Number(searchParams.get('limit'));
    const found = this.#found(searchParams);
    return Response.json({ items: found.slice(from, to), nextCursor: found.length > to ? String(to) : null });
  };

  #found(query: URLSearchParams): InboxMessage[] {
    return this.#messages
      .filter(({ id, content }) => !this.acknowledged.has(id) && content.type === (query.get('type') ?? content.type))
      .filter(({ priority }) => priority === (query.get('priority') ?? priority))
      .sort((one, other) => URGENCY.indexOf(one.priority) - URGENCY.indexOf(other.priority));
  }

  #acknowledge(messageId: string, body: string): Response {
    this.acknowledged.set(messageId, (JSON.parse(body) as { readonly data?: unknown }).data);
    return Response.json({ id: messageId, repeated: false });
  }

  async #wait(query: URLSearchParams, signal: AbortSignal | undefined): Promise<void> {
    while (this.#found(query).length === 0) {
      await new Promise<void>((resolve, reject) => {
        const wake = (): void => {
          this.#polls.delete(wake);
          resolve();
        };
        this.#polls.add(wake);
        signal?.addEventListener('abort', () => {
          this.#polls.delete(wake);
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
    }
  }
}

export const problem = (status: number, code: string): Response =>
  Response.json({ code, status, detail: code }, { status });
