/** Messages of JSON-RPC 2.0, as far as a proxy has to know them. */

export type Id = string | number;

/** Any JSON object: what is none of the protocol is for the service to refuse. */
export type Message = Readonly<Record<string, unknown>>;

export const PARSE_ERROR = -32_700;
export const INTERNAL_ERROR = -32_603;

export const isObject = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** undefined: a notification, or nothing that could be answered. */
export const idOf = ({ id }: Message): Id | undefined =>
  typeof id === 'string' || typeof id === 'number' ? id : undefined;

export const errorResponse = (id: Id | undefined, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } });
