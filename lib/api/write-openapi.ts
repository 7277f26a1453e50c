import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from './openapi-document';

/** `npm run openapi`: writes openapi.json, which the service answers. With `--check`: fails when it is out of date. */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const text = `${JSON.stringify(openApiDocument(version), null, 2)}\n`;
if (!process.argv.includes('--check')) {
  writeFileSync('openapi.json', text);
} else if (readFileSync('openapi.json', 'utf8') !== text) {
  console.error('openapi.json is out of date: run `npm run openapi` and commit it.');
  process.exitCode = 1;
}
