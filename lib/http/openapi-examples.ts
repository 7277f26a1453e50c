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

/** What the document shows of the exchanges of one operation. */
export interface OperationExamples {
  /** Of the bodies of requests that succeeded. */
  readonly bodies: Examples;
  readonly answers: (status: number) => Examples;
  /** Of a parameter: its value in the first exchange that has it. */
  readonly parameter: (place: string, name: string) => string | undefined;
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
    parameter: (place, name) =>
      succeeded
        .map(({ params, query, headers }) => ({ path: params, query, header: headers })[place]?.[name])
        .find((value) => value !== undefined),
  };
}
