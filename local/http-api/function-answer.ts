/**
 * What a function's answer means as an HTTP response, payload format 2.0: an object with `statusCode` is the response,
 * anything else is the body of a 200.
 */
export interface GatewayResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

interface StructuredAnswer {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
}

/** undefined when API Gateway would call it malformed and answer 500. */
export function responseOf(answer: unknown): GatewayResponse | undefined {
  if (!isStructured(answer)) {
    const body = typeof answer === 'string' ? answer : JSON.stringify(answer ?? null);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const statusCode = Number(answer.statusCode);
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) return undefined;
  const { body = '', isBase64Encoded = false, cookies = [] } = answer;
  if (typeof body !== 'string') return undefined;
  const headers: Record<string, string | readonly string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (cookies.length > 0) headers['set-cookie'] = [...cookies];
  // It is of the body that is sent, which need not be the one the function counted.
  delete headers['content-length'];
  return { statusCode, headers, body: isBase64Encoded ? Buffer.from(body, 'base64') : body };
}

function isStructured(answer: unknown): answer is StructuredAnswer {
  return typeof answer === 'object' && answer !== null && 'statusCode' in answer;
}
