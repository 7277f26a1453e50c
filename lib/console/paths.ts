/** Path of a built file whose name holds a hash of its content. */
export const ASSET_PATH = '/assets/{file}';

/** Path of the API reference. */
export const REFERENCE_PATH = '/docs';

/** Path of a page of `docs/` as Markdown. */
export const GUIDE_PATH = '/guides/{file}';

/**
 * All paths that the console answers, for the gateway and for the 405 answers. They are pages for people and no
 * operations, so the OpenAPI document leaves them out. All but the three above are the same page, which shows what its
 * URL asks for.
 */
export const CONSOLE_PATHS = [
  '/',
  '/sync-points/{id}',
  '/progress-trackers/{id}',
  '/agents',
  '/agents/{agentId}',
  '/activity',
  REFERENCE_PATH,
  GUIDE_PATH,
  ASSET_PATH,
] as const;

/** HEAD has a route of its own, or the gateway's default route would pass it to another function. */
export const CONSOLE_METHODS = ['GET', 'HEAD'] as const;

/** The same as path items of an OpenAPI document, from which the 405 answers are made. */
export const consolePathItems: Readonly<Record<string, object>> = Object.fromEntries(
  CONSOLE_PATHS.map((path) => [path, Object.fromEntries(CONSOLE_METHODS.map((method) => [method.toLowerCase(), {}]))]),
);
