/** The examples of the OpenAPI document: exchanges that a test has seen (infra/reference/examples.json). */

/** A request and its response, with times, ids and tokens that are the same at every recording. */
export interface Exchange {
  readonly operationId: string;
  /** What it shows; of an error, its code. */
  readonly title: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status: number;
  /** Absent if the response has no body. */
  readonly answer?: unknown;
}

type Examples = Record<string, { readonly value: unknown }>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: object | undefined;
}

/** What the document shows of the exchanges of one operation. */
export interface OperationExamples {
  /** Of the bodies of requests that succeeded. */
  readonly bodies: Examples;
  readonly answers: (status: number) => Examples;
  /** Of a parameter: its value in the first request that has it. */
  readonly parameter: (declared: Parameter) => { readonly example: unknown } | undefined;
}

export function examplesOf(operationId: string | undefined, exchanges: readonly Exchange[]): OperationExamples {
  const own = exchanges.filter((exchange) => exchange.operationId === operationId);
  const succeeded = own.filter(({ status }) => status < 300);
  const named = (shown: readonly Exchange[], valueOf: (exchange: Exchange) => unknown): Examples =>
    Object.fromEntries(
      shown
        .map((exchange) => [exchange.title, { value: valueOf(exchange) }] as const)
        .filter(([, { value }]) => value !== undefined),
    );
  return {
    bodies: named(succeeded, ({ body }) => body),
    answers: (status) =>
      named(
        own.filter((exchange) => exchange.status === status),
        ({ answer }) => answer,
      ),
    parameter: (declared) => {
      const text = succeeded
        .map(({ params, query, headers }) => ({ path: params, query, header: headers })[declared.in]?.[declared.name])
        .find((value) => value !== undefined);
      return text === undefined ? undefined : { example: typed(text, declared.schema) };
    },
  };
}

/** A parameter is sent as text; its example has the type of the schema. */
function typed(text: string, schema: { readonly type?: unknown } = {}): unknown {
  if (schema.type === 'array') return [text];
  return schema.type === 'integer' || schema.type === 'number' ? Number(text) : text;
}
