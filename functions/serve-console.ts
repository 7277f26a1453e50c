import { fileURLToPath } from 'node:url';
import { serveConsole } from '../lib/console/serve';
import { Site } from '../lib/console/site';

/** The site is built beside the bundle: see infra/bundle-functions.ts. */
export const handler = serveConsole(new Site(fileURLToPath(new URL('site', import.meta.url))));
