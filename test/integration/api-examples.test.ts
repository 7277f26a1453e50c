/** The examples of the OpenAPI document are what the service answers; `npm run examples` records them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { format } from 'prettier';
import { allRoutes } from '../../infra/routes';
import { CATALOG } from '../../lib/common/errors';
import type { Exchange } from '../../lib/http/openapi-examples';
import { recordExchanges } from '../support/exchange-scenario';

const FILE = 'infra/reference/examples.json';

let exchanges: readonly Exchange[];
let recorded: readonly Exchange[];

beforeAll(async () => {
  exchanges = await recordExchanges();
  if (process.env['MUSTER_EXAMPLES'] === 'write') {
    writeFileSync(FILE, await format(JSON.stringify(exchanges), { parser: 'json', printWidth: 120 }));
  }
  recorded = JSON.parse(readFileSync(FILE, 'utf8')) as Exchange[];
});

const keyOf = ({ operationId, status, title }: Exchange): string => `${operationId} ${status} ${title}`;

test('each example is what the service answers now', () => {
  // Otherwise: npm run examples, look at the difference, and commit it.
  expect(recorded.map(keyOf)).toEqual(exchanges.map(keyOf));
  for (const exchange of exchanges) {
    expect(recorded.find((example) => keyOf(example) === keyOf(exchange))).toEqual(exchange);
  }
});

/** They answer with pages and texts, which are their own example. */
const PAGES = ['getOpenApi', 'getErrors', 'getLlmsTxt'];

test('each operation has an example of a success', () => {
  const succeeded = new Set(recorded.filter(({ status }) => status < 300).map(({ operationId }) => operationId));
  const ids = allRoutes.map(({ operationId }) => operationId);

  expect(ids.filter((id) => !succeeded.has(id))).toEqual(PAGES);
});

/** No operation has a 405; a 500 would be a defect, and a 503 needs a busy database. */
const STATUSES_WITHOUT = [405, 500, 503];

test('each status of an error has an example, but those that no request brings about', () => {
  const shown = new Set(recorded.map(({ status }) => status));
  const statuses = new Set(Object.values(CATALOG).map(({ status }) => status));

  expect([...statuses].filter((status) => !shown.has(status)).sort()).toEqual(STATUSES_WITHOUT);
});
