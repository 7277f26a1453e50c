/**
 * Bearer tokens. Generated tokens have a prefix that secret scanners can recognise. Any other string works as well,
 * because tokens are only looked up by their SHA-256 hash.
 */
export const TOKEN_PREFIX = 'muster_';

/** The token of an Authorization header (RFC 6750), or null. */
export const bearerTokenOf = (authorization: string | undefined): string | null =>
  /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization ?? '')?.[1] ?? null;

/** Generated tokens, recognised by their prefix, become `***`. */
export const withoutGeneratedTokens = (text: string): string => text.replace(/muster_[\w-]{16,}/g, '***');

/** A shorter text is no secure token, and may occur in other text by chance. */
const MIN_HIDDEN_LENGTH = 16;

/**
 * Removes tokens from a text of a caller before it is logged, since some callers put a token into a path by mistake.
 * Generated tokens are recognised by their prefix, others by the Authorization header of the same request.
 */
export function withoutTokens(text: string, authorization = ''): string {
  const words = [bearerTokenOf(authorization) ?? '', ...authorization.split(/[ ,]+/)];
  // In a path, a token may be percent-encoded in several ways.
  const plain = decoded(text);
  const withoutWords = words
    .flatMap((word) => [word, word.replace(TOKEN_PREFIX, '')])
    .filter((word) => word.length >= MIN_HIDDEN_LENGTH)
    .reduce((cleared, word) => cleared.replaceAll(word, '***'), plain);
  const hidden = withoutGeneratedTokens(withoutWords);
  return hidden === plain ? text : encodeURI(hidden);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
