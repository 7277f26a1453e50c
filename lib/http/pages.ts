import { createHash } from 'node:crypto';
import type { ExplainedError } from '../common/error-explanations';
import { html, type Html, raw } from './html';
import { pageHeaders } from './page-headers';

/** As much as is needed of an OpenAPI document. */
export interface Document {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, object>>;
}

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  code, pre { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
  pre { overflow-x: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 8%, transparent); }
  article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.5rem 0; }
  h3 { margin: 0.5rem 0; } dt { font-weight: 600; }
`;

/** The style in the page is allowed by its hash; there are no scripts. */
export const PAGE_HEADERS = pageHeaders({
  'style-src': `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
});

const page = (title: string, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <nav><a href="/">Muster</a> · <a href="/docs">API</a> · <a href="/docs/errors">Errors</a></nav>
        ${body}
      </body>
    </html>`.text;

/** `GET /docs/errors`: every error code, under its own fragment, which is the `type` of a problem document. */
export type ExplainedErrors = Readonly<Record<'service' | 'gateway', readonly ExplainedError[]>>;

export const errorsPage = ({ service, gateway }: ExplainedErrors) =>
  page(
    'Muster errors',
    html`<h1>Muster errors</h1>
      <p>
        Every error of an operation is a problem document (<code>application/problem+json</code>, RFC 9457); in AWS the
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

/** For somebody who has typed an address that nothing has. */
export const notFoundPage = (path: string) =>
  page(
    'Not found · Muster',
    html`<h1>There is no page <code>${path}</code></h1>
      <p>
        The <a href="/">overview</a> leads to every sync point, tracker and agent; the <a href="/docs">API reference</a>
        lists all operations.
      </p>`,
  );

/** Text between backticks is code. */
const withCode = (text: string): readonly unknown[] =>
  text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
