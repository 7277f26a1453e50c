import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { MusterError } from '../common/errors';
import { asInvalidRequest } from './violations';
import { MAX_JSON_DEPTH, MAX_REQUEST_BYTES } from '../common/limits';

const JSON_CONTENT_TYPE = /^application\/(json|[\w.-]+\+json)\s*(;|$)/i;

/**
 * The JSON body of a request, before any schema looks at it. An absent body is read as an empty object.
 *
 * @throws MusterError `request.too-large`, `request.unsupported-media-type`, `request.not-json`, `request.invalid` for
 *   nesting that is too deep and for what would be lost: a member `__proto__`, a number beyond the doubles.
 */
export function jsonBodyOf(event: APIGatewayProxyEventV2): unknown {
  const { json, mayLose } = parseJsonBody(event);
  if (mayLose) requireNothingLost(json);
  return json;
}

interface ParsedBody {
  readonly json: unknown;
  /** Whether `requireNothingLost` is due. */
  readonly mayLose: boolean;
}

/** The same for those who tell themselves what would be lost. */
export function parseJsonBody({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): ParsedBody {
  if (!body) return { json: {}, mayLose: false };
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_REQUEST_BYTES) {
    throw new MusterError(
      'request.too-large',
      `The body is ${bytes.length} bytes; at most ${MAX_REQUEST_BYTES} are allowed.`,
    );
  }
  const contentType = headers['content-type'] ?? '';
  if (!JSON_CONTENT_TYPE.test(contentType)) {
    throw new MusterError(
      'request.unsupported-media-type',
      `The content type is "${contentType}"; it must be application/json.`,
    );
  }
  // Removes a byte order mark and replaces invalid UTF-8.
  return parseShallowJson(new TextDecoder().decode(bytes));
}

function parseShallowJson(text: string): ParsedBody {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new MusterError('request.not-json', `The body is not valid JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  if (nestingDepth(text) > MAX_JSON_DEPTH) {
    throw new MusterError(
      'request.invalid',
      `The body is nested too deeply; at most ${MAX_JSON_DEPTH} levels are allowed.`,
      {
        violations: [{ pointer: '#', detail: `is nested too deeply; at most ${MAX_JSON_DEPTH} levels are allowed` }],
      },
    );
  }
  return { json, mayLose: MAY_LOSE_SOMETHING.test(text) };
}

/** @throws MusterError `request.invalid` with the pointer of what would be lost. */
export function requireNothingLost(json: unknown): void {
  const lost = firstLost(json);
  if (lost) throw asInvalidRequest([lost], json);
}

/**
 * Any character of the name may be escaped, and a number beyond the doubles has an exponent of three digits, or very
 * many. The walk is spared where none of these is in the text.
 */
const MAY_LOSE_SOMETHING = /__proto__|\\u|[eE]\+?\d{3}|\d{200}/;

interface Lost {
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * The first part of a document that would not be returned as it was sent: a member `__proto__`, or a number that has
 * become infinite, which JSON can't express. The depth of the document is bounded.
 */
function firstLost(json: unknown, path: readonly string[] = []): Lost | null {
  if (json === Infinity || json === -Infinity) {
    return { path, message: 'must be within the range of a double, up to 1.8e308; send a larger number as text' };
  }
  if (typeof json !== 'object' || json === null) return null;
  for (const [name, value] of Object.entries(json)) {
    const here = [...path, name];
    const lost = name === '__proto__' ? { path: here, message: NOT_PROTO } : firstLost(value, here);
    if (lost) return lost;
  }
  return null;
}

const NOT_PROTO = 'must not be named __proto__: many programs would set the prototype of the object with it';

/** The depth of valid JSON, computed without recursion. */
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
