import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Context, Next } from 'hono';
import { MusterError } from '../errors/muster-error';
import { MAX_REQUEST_BYTES } from '../limits';
import type { ApiEnvironment } from './api';

const JSON_CONTENT_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;

/** Deeper nesting has no use here, and would exhaust the stack of whatever walks the document later. */
const MAX_JSON_DEPTH = 100;

/**
 * Refuses bodies that are too large, of another type, not JSON or absurdly deep, before any schema looks at them. No body stands for one
 * with an empty object; that of a GET or DELETE means nothing (RFC 9110).
 */
export async function checkRequestBody(context: Context<ApiEnvironment>, next: Next): Promise<void> {
  const { method } = context.req;
  if (method === 'POST' || method === 'PATCH') {
    const { original } = context.env.event;
    // Hono encodes what is not ASCII, which a parameter of the type may have.
    const { headers = {} } = original as Partial<APIGatewayProxyEventV2>;
    const contentType = headers['content-type'] ?? context.req.header('content-type') ?? '';
    context.set('json', jsonOf(original, contentType));
  }
  await next();
}

function jsonOf({ body, isBase64Encoded }: APIGatewayProxyEventV2, contentType: string): unknown {
  if (!body) return {};
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_REQUEST_BYTES) {
    throw new MusterError(
      'request.too-large',
      `The body is ${bytes.length} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`,
    );
  }
  if (!JSON_CONTENT_TYPE.test(contentType)) {
    throw new MusterError(
      'request.unsupported-media-type',
      `The content type is "${contentType}"; application/json is required.`,
    );
  }
  // Without a byte order mark, and with replacements for what is not UTF-8, as a Request reads it.
  return parseShallowJson(new TextDecoder().decode(bytes));
}

function parseShallowJson(text: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new MusterError('request.not-json', `The body is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (nestingDepth(text) > MAX_JSON_DEPTH) {
    throw new MusterError('request.invalid', `The body is nested deeper than ${MAX_JSON_DEPTH} levels.`, {
      violations: [{ pointer: '#', detail: `is nested deeper than ${MAX_JSON_DEPTH} levels` }],
    });
  }
  return json;
}

/** Of valid JSON, without recursion. */
export function nestingDepth(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}
