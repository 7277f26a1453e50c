import { describe, expect, test } from '@jest/globals';
import { allRoutes } from '../../infra/routes';
import { CATALOG } from '../../lib/common/errors';
import type { Exchange } from '../../lib/http/openapi-examples';
import recorded from '../../infra/reference/examples.json' with { type: 'json' };
import document from '../../openapi.json' with { type: 'json' };
import { declaredCodes, operations, takesBody, undeclared } from '../support/openapi';

const exchanges: readonly Exchange[] = recorded;
const withToken = operations.filter(({ isPublic }) => !isPublic);
const exampleStatuses = (operation: (typeof operations)[number]): number[] =>
  Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.values(content).some(({ examples = {} }) => Object.keys(examples).length > 0) ? [Number(status)] : [],
  );

describe('the OpenAPI document', () => {
  test('refers to nothing that it lacks', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/(.*?)"/g)].map(([, path = '']) => path);
    const found = (path: string): unknown =>
      path.split('/').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document);

    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((path) => found(path) === undefined)).toEqual([]);
  });

  test('describes each operation and each of its groups', () => {
    const groups = document.tags.map(({ name }) => name);
    for (const route of allRoutes) {
      const path = (document.paths as Record<string, Record<string, { description?: string }>>)[route.path];
      expect(path?.[route.method]?.description).toMatch(/\S.*\./);
      expect(groups).toEqual(expect.arrayContaining([...route.tags]));
    }
  });

  test('shows a success and an error of each operation with a token', () => {
    const bare = withToken.filter((operation) => {
      const statuses = exampleStatuses(operation);
      const hasBody = Object.entries(operation.responses).some(([status, { content }]) => status < '300' && content);
      return !statuses.some((status) => status >= 400) || (hasBody && !statuses.some((status) => status < 300));
    });
    expect(bare.map(({ id }) => id)).toEqual([]);
  });

  test('declares each code at some operation, but those of unknown routes', () => {
    const statuses = [...new Set(Object.values(CATALOG).map(({ status }) => status))];
    const declared = new Set(
      operations.flatMap((operation) => statuses.flatMap((status) => declaredCodes(operation, status))),
    );
    expect(Object.keys(CATALOG).filter((code) => !declared.has(code))).toEqual([
      'route.not-found',
      'route.method-not-allowed',
    ]);
  });

  test('names each code of an operation where a reader sees it', () => {
    const unnamed = operations.flatMap((operation) =>
      Object.entries(operation.responses).flatMap(([status, { description }]) =>
        declaredCodes(operation, Number(status))
          .filter((code) => !description.includes(`\`${String(code)}\``))
          .map((code) => `${operation.id} ${status} ${String(code)}`),
      ),
    );
    expect(unnamed).toEqual([]);
  });

  test('has examples without a token or a trace of who recorded them', () => {
    expect(JSON.stringify(recorded)).not.toMatch(/muster_\w|127\.0\.0\.1|localhost/);
  });
});

test.each(exchanges.map((exchange) => [`${exchange.operationId}: ${exchange.title}`, exchange] as const))(
  'the example of %s is as the schemas have it',
  (_name, { operationId, status, body, answer }) => {
    const operation = operations.find(({ id }) => id === operationId);
    if (operation === undefined) throw new Error(`${operationId} is not in the document`);
    const contentType = status < 400 ? 'application/json' : 'application/problem+json';

    expect(body === undefined || status >= 400 || takesBody(operation, body)).toBe(true);
    const shown = { method: operation.method, path: operation.path, status, body: answer };
    const headers = new Headers({ 'content-type': contentType, location: '/' });
    expect(
      undeclared(operation, { ...shown, headers, text: answer === undefined ? '' : JSON.stringify(answer) }),
    ).toEqual([]);
  },
);
