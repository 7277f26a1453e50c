import type { Context, Next } from 'hono';
import { MusterError } from '../errors/muster-error';
import { MAX_REQUEST_BYTES } from '../limits';
import type { ApiEnvironment } from './api';

const JSON_CONTENT_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;

/** Deeper nesting has no use here, and would exhaust the stack of whatever walks the document later. */
const MAX_JSON_DEPTH = 100;

/**
 * Refuses bodies that are too large, of another type, not JSON or absurdly deep, before any schema looks at them. A POST or PATCH without
 * a body stands for one with an empty object.
 */
export async function checkRequestBody(context: Context<ApiEnvironment>, next: Next): Promise<void> {
  const { bodyText: text } = context.env.event;
  if (text === undefined) {
    context.set('json', {});
  } else if (context.req.method === 'POST' || context.req.method === 'PATCH') {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_REQUEST_BYTES) {
      throw new MusterError(
        'request.too-large',
        `The body is ${bytes} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`,
      );
    }
    const contentType = context.req.header('content-type') ?? '';
    if (!JSON_CONTENT_TYPE.test(contentType)) {
      throw new MusterError(
        'request.unsupported-media-type',
        `The content type is "${contentType}"; application/json is required.`,
      );
    }
    context.set('json', parseShallowJson(text));
  }
  await next();
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
