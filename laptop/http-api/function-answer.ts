/**
 * Turns a function's result (payload format 2.0, an object with `statusCode`) into an HTTP response.
 */
export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

interface FunctionAnswer {
  readonly statusCode: unknown;
  readonly headers: Readonly<Record<string, string | number | boolean>>;
  readonly cookies: readonly string[];
  readonly body: unknown;
  readonly isBase64Encoded: boolean;
}

/** undefined for any other result. API Gateway would reject it as malformed or use it as the body of a 200. */
export function responseOf(answer: unknown): GatewayResponse | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const {
    statusCode,
    headers: given = {},
    cookies = [],
    body = '',
    isBase64Encoded,
  } = answer as Partial<FunctionAnswer>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599 || typeof body !== 'string') return undefined;
  const headers: Record<string, string | readonly string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = String(value);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  // The length is that of the body sent, which may differ from the one the function counted.
  delete headers['content-length'];
  return { statusCode: status, headers, body: isBase64Encoded === true ? Buffer.from(body, 'base64') : body };
}
