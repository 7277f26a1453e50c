import type { ExplainedError } from '../common/error-explanations';
import { operationsOf } from './allowed-methods';
import { html, type Html, raw } from './html';

/** As much as is needed of an OpenAPI document. */
export interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, object>>;
  readonly components: { readonly schemas: Schemas };
}

type Content = Readonly<Record<string, { readonly schema?: unknown }>>;

interface ListedOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean; schema?: { description?: string } }[];
  readonly requestBody?: { content?: Content };
  readonly responses?: Readonly<Record<string, { description?: string; content?: Content }>>;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  code, pre { font: 0.9em ui-monospace, monospace; }
  pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
  article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.5rem 0; }
  h3 { margin: 0.5rem 0; } dt { font-weight: 600; }
`;

const page = (title: string, body: Html): string =>
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
        <nav><a href="/">Muster</a> · <a href="/docs">API</a> · <a href="/docs/errors">Errors</a></nav>
        ${body}
      </body>
    </html>`.text;

/** `GET /`: links to the other pages. */
export const homePage = ({ info }: Document) =>
  page(
    info.title,
    html`<h1>${info.title} ${info.version}</h1>
      <p>${withCode(info.description)}</p>
      <ul>
        <li><a href="docs">The API as a page</a></li>
        <li><a href="docs/errors">Error codes</a></li>
        <li><a href="openapi.json">OpenAPI 3.1 document</a></li>
        <li><a href="v1/health">Health</a></li>
      </ul>`,
  );

/**
 * `GET /docs`: every operation with its parameters, body and responses. It loads no script and nothing from other
 * hosts.
 */
export function docsPage({ info, paths, components }: Document) {
  const operations = Object.entries(paths).flatMap(([path, pathItem]) =>
    operationsOf(pathItem).map(([method, operation]) => ({ path, method, operation: operation as Operation })),
  );
  return page(
    `${info.title} API`,
    html`<h1>${info.title} API ${info.version}</h1>
      <p>${withCode(info.description)}</p>
      ${operations.map((operation) => operationSection(operation, components.schemas))}`,
  );
}

/** `GET /docs/errors`: every error code, under its own fragment, which is the `type` of a problem document. */
export type ExplainedErrors = Readonly<Record<'service' | 'gateway', readonly ExplainedError[]>>;

export const errorsPage = ({ service, gateway }: ExplainedErrors) =>
  page(
    'Muster errors',
    html`<h1>Muster errors</h1>
      <p>
        Every error of the service is a problem document (<code>application/problem+json</code>, RFC 9457); in AWS the
        gateway's own responses, to requests without a token or above the rate, are not. Programs decide by
        <code>code</code>, which is stable.
      </p>
      ${service.map(errorSection)}
      <h2>Errors of the gateway of a laptop</h2>
      ${gateway.map(errorSection)}`,
  );

const errorSection = ({ code, status, title, retryable, when, remedy }: ExplainedError) =>
  html`<article id="${code}">
    <h3><code>${code}</code></h3>
    <p>${status}: ${title}. ${retryable ? 'A retry can help.' : 'A retry does not help.'}</p>
    <dl>
      <dt>When</dt>
      <dd>${withCode(when)}</dd>
      <dt>What to do</dt>
      <dd>${withCode(remedy)}</dd>
    </dl>
  </article>`;

/** Text between backticks is code. */
const withCode = (text: string): readonly unknown[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));

const operationSection = ({ path, method, operation }: ListedOperation, schemas: Schemas) =>
  html`<article id="${operation.operationId ?? ''}">
    <h3><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${operation.summary ?? ''}${operation.security?.length ? '' : ' (no token needed)'}</p>
    <dl>
      ${(operation.parameters ?? []).map(
        (parameter) =>
          html`<dt><code>${parameter.name}</code> (${parameter.in}${parameter.required ? ', required' : ''})</dt>
            <dd>${withCode(parameter.schema?.description ?? '')}</dd>`,
      )}
      ${Object.entries(operation.responses ?? {}).map(
        ([status, response]) =>
          html`<dt><code>${status}</code></dt>
            <dd>${withCode(response.description ?? '')}</dd>`,
      )}
    </dl>
    ${bodyOf('Request body', operation.requestBody, schemas)}
    ${Object.entries(operation.responses ?? {})
      .filter(([status]) => status.startsWith('2'))
      .map(([status, response]) => bodyOf(`Response body, ${status}`, response, schemas))}
  </article>`;

type Schemas = Readonly<Record<string, unknown>>;

const bodyOf = (title: string, body: { content?: Content } | undefined, schemas: Schemas): Html | string => {
  const schema = body?.content?.['application/json']?.schema;
  return schema === undefined
    ? ''
    : html`<details>
        <summary>${title}</summary>
        <pre>${JSON.stringify(resolved(schema, schemas), null, 2)}</pre>
      </details>`;
};

/** With each reference replaced by the schema that it refers to; none of ours refers to itself. */
function resolved(schema: unknown, schemas: Schemas): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (Array.isArray(schema)) return schema.map((part) => resolved(part, schemas));
  if ('$ref' in schema) return resolved(schemas[String(schema.$ref).split('/').at(-1) ?? ''], schemas);
  return Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, resolved(part, schemas)]));
}
