import { operationsOf } from './allowed-methods';
import type { Document } from './pages';
import { MAX_DATA_BYTES, MAX_METADATA_BYTES, MAX_PARTICIPANTS, MAX_REQUEST_BYTES } from '../common/limits';

interface Described {
  readonly summary?: string;
}

/** What a program has to know before its first request; the introduction of the document is for people. */
const FACTS = [
  'A sync point is a barrier with named participants, a deadline and exactly one ending. Times are ISO 8601 UTC with',
  'milliseconds. JSON numbers are doubles: an integer beyond 2^53 loses digits, so send it as text. A number beyond',
  '1.8e308 and a member `__proto__` are refused, at any depth. Unknown fields are an error. A repeated request counts',
  'once; for creations, give an `id` or an `Idempotency-Key`. Lists are `{items, nextCursor}`; pass `nextCursor` as',
  `\`cursor\` until it is null. Limits: ${MAX_PARTICIPANTS} participants, ${MAX_METADATA_BYTES} bytes of metadata, ${MAX_DATA_BYTES}`,
  `bytes of data, ${MAX_REQUEST_BYTES} bytes per request.`,
];

/** `GET /llms.txt`: what a language model needs to use the service, as Markdown (see https://llmstxt.org). */
export function llmsText({ info, paths }: Document): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    operationsOf(item).map(
      ([method, operation]) => `- \`${method.toUpperCase()} ${path}\`: ${(operation as Described).summary ?? ''}`,
    ),
  );
  return [
    `# ${info.title}`,
    '',
    '> Coordination for software agents: wait for each other at sync points, report progress, exchange messages.',
    '',
    ...FACTS,
    '',
    'Every request but those for the pages needs the header `Authorization: Bearer <token>`. A client of the Model Context',
    'Protocol uses `POST /mcp` with the same token: its tools are these operations, with texts for models.',
    '',
    '## Reference',
    '',
    '- [OpenAPI document](/openapi.json): every operation with its schemas',
    '- [API](/docs): the same as a page',
    '- [Errors](/docs/errors): every code, when it occurs and what to do',
    '',
    '## Operations',
    '',
    ...operations,
    '',
  ].join('\n');
}
