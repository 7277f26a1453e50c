import { readFileSync } from 'node:fs';
import { openApiDocument } from '../lib/http/openapi';
import { reference } from './reference/reference';
import { allRoutes } from './routes';
import { writeOrCheck } from './write-or-check';

/** `npm run openapi`: writes openapi.json, which the service responds with. */
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const text = `${JSON.stringify(openApiDocument(version, allRoutes, reference), null, 2)}\n`;
writeOrCheck('openapi.json', text, 'openapi');
