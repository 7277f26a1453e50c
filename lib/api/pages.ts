import { operationsOf } from './allowed-methods';
import { html, raw } from 'hono/html';

interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, object>>;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: { description?: string } }[];
  readonly requestBody?: { content?: Record<string, { schema?: unknown }> };
  readonly responses?: Readonly<Record<string, { description?: string }>>;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  code, pre { font: 0.9em ui-monospace, monospace; }
  pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
  article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.5rem 0; }
  h3 { margin: 0.5rem 0; } dt { font-weight: 600; }
`;

const page = (title: string, body: unknown) =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`;

/** `GET /`: where to start. */
export const homePage = ({ info }: Document) =>
  page(
    info.title,
    html`<h1>${info.title} ${info.version}</h1>
      <p>${info.description}</p>
      <ul>
        <li><a href="docs">The API as a page</a></li>
        <li><a href="openapi.json">OpenAPI 3.1 document</a></li>
        <li><a href="v1/health">Health</a></li>
      </ul>`,
  );

/** `GET /docs`: every operation with its own parameters, body and answers. No script and nothing from elsewhere. */
export function docsPage({ info, paths }: Document) {
  const operations = Object.entries(paths).flatMap(([path, pathItem]) =>
    operationsOf(pathItem).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
  return page(
    `${info.title} API`,
    html`<h1>${info.title} API ${info.version}</h1>
      <p>${info.description}</p>
      ${operations.map(({ path, method, operation }) => operationSection(path, method, operation))}`,
  );
}

const operationSection = (path: string, method: string, operation: Operation) =>
  html`<article id="${operation.operationId ?? ''}">
    <h3><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${operation.summary ?? ''}${operation.security?.length ? '' : ' (no token needed)'}</p>
    <dl>
      ${(operation.parameters ?? []).map(
        (parameter) =>
          html`<dt><code>${parameter.name}</code> (${parameter.in}${parameter.required ? ', required' : ''})</dt>
            <dd>${parameter.schema?.description ?? ''}</dd>`,
      )}
      ${Object.entries(operation.responses ?? {}).map(
        ([status, response]) =>
          html`<dt><code>${status}</code></dt>
            <dd>${response.description ?? ''}</dd>`,
      )}
    </dl>
    ${
      operation.requestBody?.content
        ? html`<pre>${JSON.stringify(operation.requestBody.content['application/json']?.schema ?? {}, null, 2)}</pre>`
        : ''
    }
  </article>`;
