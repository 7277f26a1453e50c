import { pageHeaders } from '../http/page-headers';

/** Scripts, styles and requests of its own host only, nothing inline. */
const OWN = {
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'font-src': "'self'",
};

export const CONSOLE_HEADERS = pageHeaders(OWN);

/**
 * Redoc makes its styles while it runs, as elements of the page. Its search index is built by a worker whose script is
 * part of its own, and so has a `blob:` URL.
 */
export const REFERENCE_HEADERS = pageHeaders({ ...OWN, 'style-src': "'unsafe-inline'", 'worker-src': 'blob:' });
