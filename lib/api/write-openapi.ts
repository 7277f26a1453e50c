import { readFileSync, writeFileSync } from 'node:fs';
import { openApiDocument } from './openapi-document';

/** `npm run openapi`: writes openapi.json, which the service answers and clients are made from. */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
writeFileSync('openapi.json', `${JSON.stringify(openApiDocument(version), null, 2)}\n`);
