import { operationsOf } from './allowed-methods';
import type { Document } from './pages';

interface Described {
  readonly summary?: string;
}

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
    info.description,
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
