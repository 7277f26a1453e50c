/** Routes of the HTTP API, told once: for the functions that serve them, the gateway and the OpenAPI document. */
import type * as z from 'zod';

/** What a request brings, checked before a handler sees it. Query, path parameters and headers are objects by name. */
export interface RequestSchemas {
  readonly query?: z.ZodObject;
  readonly params?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: RequestBody;
}

export interface RequestBody<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** For the document: without a body, any request stands for one with an empty object. */
  readonly required: boolean;
}

export interface Answer {
  readonly description: string;
  readonly headers?: z.ZodObject;
  /** None: an answer without a body. */
  readonly schema?: z.ZodType;

  /** @default 'application/json' */
  readonly contentType?: string;
}

export interface Route {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With parameters in braces, like `/v1/sync-points/{id}`. */
  readonly path: string;
  /** true: answered without a token. */
  readonly public: boolean;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly request?: RequestSchemas;
  /**
   * Answers by status; every route may also answer a problem document. Their schemas are for the document and the types of the handlers: a
   * function that starts has no use for them, and making them would take it a tenth of its time.
   */
  readonly answers: () => Readonly<Record<number, Answer>>;
}

/** A route for callers with a token. */
export const authenticatedRoute = <const R extends Omit<Route, 'public'>>(route: R) => ({
  ...route,
  public: false as const,
});

export const publicRoute = <const R extends Omit<Route, 'public'>>(route: R) => ({ ...route, public: true as const });

export const jsonBody = <Schema extends z.ZodType>(schema: Schema): RequestBody<Schema> => ({ schema, required: true });

export const optionalJsonBody = <Schema extends z.ZodType>(schema: Schema): RequestBody<Schema> => ({
  schema,
  required: false,
});
