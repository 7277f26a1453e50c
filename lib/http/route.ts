/** Routes of the HTTP API, defined once for the functions that serve them, the gateway and the OpenAPI document. */
import type * as z from 'zod';

/**
 * Schemas that a request must match before its handler is called. Query, path parameters and headers are objects by
 * name.
 */
export interface RequestSchemas {
  readonly query?: z.ZodObject;
  readonly params?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: RequestBody;
}

export interface RequestBody<Schema extends z.ZodType = z.ZodType> {
  readonly schema: Schema;
  /** For the OpenAPI document. A request without a body always counts as one with an empty object. */
  readonly required: boolean;
}

export interface Answer {
  readonly description: string;
  readonly headers?: z.ZodObject;
  /** Absent for a response without a body. */
  readonly schema?: z.ZodType;

  /** @default 'application/json' */
  readonly contentType?: string;
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Parameters are in braces, like `/v1/sync-points/{id}`. */
  readonly path: string;
  /** true: no token is required. */
  readonly public: boolean;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly request?: RequestSchemas;
  /**
   * Responses by status; every route may also respond with a problem document. Their schemas serve the OpenAPI document
   * and the types of the handlers. They are created lazily, because a starting function does not need them and would
   * spend a tenth of its start on them.
   */
  readonly answers: () => Readonly<Record<number, Answer>>;
}

/** A route that requires a token. */
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
