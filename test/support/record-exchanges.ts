/** Calls operations of a stack and keeps what was sent and answered, for the examples of the OpenAPI document. */
import { allRoutes } from '../../infra/routes';
import type { Exchange } from '../../lib/http/openapi-examples';
import { type Answer, HttpClient } from './http-client';
import { operations, resolve, type Schema } from './openapi';

interface Sent extends Pick<Exchange, 'params' | 'query' | 'headers' | 'body'> {
  /** What the example shows; an error is named by its code. Without one, it is not kept. */
  readonly shows?: string;
  /** Sent as the body, as it is; it is not kept. */
  readonly text?: string;
}

export class ExchangeRecorder {
  readonly exchanges: Exchange[] = [];
  /** Ids that the service made at random, in the order of their appearance. */
  readonly #ids = new Map<string, string>();

  constructor(
    readonly url: string,
    /** Called before each request. */
    readonly tick: () => Promise<void>,
  ) {}

  async call<Body = Record<string, unknown>>(
    token: string | null,
    operationId: string,
    { shows, text, ...sent }: Sent = {},
  ): Promise<Body> {
    const { method, path } = allRoutes.find((route) => route.operationId === operationId) ?? {};
    if (method === undefined || path === undefined) throw new Error(`there is no operation ${operationId}`);
    await this.tick();
    const { params = {}, query, headers, body } = sent;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const client = new HttpClient(this.url, '', token);
    const answer = await client.send<Body>(method.toUpperCase(), filled + search, {
      ...(headers && { headers }),
      ...(text !== undefined && { text }),
      body,
    });
    const { code } = answer.body as { readonly code?: string };
    if (answer.status >= 400 !== (shows === ERROR)) {
      throw new Error(`${operationId} answered ${answer.status}: ${answer.text}`);
    }
    if (shows !== undefined) {
      const exchange = {
        ...{ operationId, title: shows === ERROR ? code : shows, ...sent, status: answer.status },
        ...(answer.text !== '' && { answer: inOrder(answer.body, schemaOf(operationId, answer)) }),
      };
      this.exchanges.push(this.#stable(exchange) as Exchange);
    }
    return answer.body;
  }

  /** The same at every recording; nobody shall take a token of an example for one. */
  #stable(value: unknown): unknown {
    const text = JSON.stringify(value)
      .replace(/muster_[\w-]+/g, 'muster_…')
      .replace(RANDOM_ID, (id) => this.#idFor(id))
      .replace(/"requestId":"[^"]*"/, '"requestId":"JKJaXmPLvHcESHA="')
      .replace(/"nextCursor":"[^"]*"/, '"nextCursor":"WyJsaXN0IiwicG9zaXRpb24iXQ"');
    return JSON.parse(text);
  }

  #idFor(id: string): string {
    const known = this.#ids.get(id) ?? `0195517b-8600-7000-8000-${String(this.#ids.size + 1).padStart(12, '0')}`;
    this.#ids.set(id, known);
    return known;
  }
}

function schemaOf(operationId: string, { status, headers }: Answer<unknown>): Schema {
  const response = operations.find(({ id }) => id === operationId)?.responses[status];
  return response?.content?.[headers.get('content-type') ?? '']?.schema ?? {};
}

/** Members in the order of the schema, then by name: a map of the table comes back in any order. */
function inOrder(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return value.map((item) => inOrder(item, resolve(schema).items ?? {}));
  if (typeof value !== 'object' || value === null) return value;
  const properties = propertiesOf(schema);
  const place = (name: string): number => Object.keys(properties).indexOf(name) >>> 0;
  const members = Object.entries(value).sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b, 'en'));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member, properties[name] ?? {})]));
}

function propertiesOf(schema: Schema): Readonly<Record<string, Schema>> {
  const { allOf = [], properties } = resolve(schema);
  return Object.assign({}, ...allOf.map(propertiesOf), properties) as Record<string, Schema>;
}

/** The title of an exchange that has to be an error. */
export const ERROR = 'error';

/** UUID version 7, in which time and chance are. */
const RANDOM_ID = /[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}/g;
