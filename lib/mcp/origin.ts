const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/**
 * Whether a page of this origin may call. Only browsers send one. The service's own pages may, and those that the stage
 * allows; by the name of a laptop only its loopback names, so that no page reaches it by a name that it resolves anew.
 *
 * @param host the host that the request was sent to, with its port
 */
export function isAllowedOrigin(origin: string | undefined, host: string, allowed: readonly string[]): boolean {
  if (origin === undefined || origin === `https://${host}`) return true;
  if (LOOPBACK.test(host) && origin === `http://${host}`) return true;
  return allowed.includes('*') || allowed.includes(origin);
}
