/** Content codings that a built file is stored in, from the smallest to the largest. */
const CODINGS = ['br', 'gzip', 'identity'] as const;

export type Coding = (typeof CODINGS)[number];

/** One element: a coding or `*`, and perhaps its weight (RFC 9110, sections 12.4.2 and 12.5.3). */
const ELEMENT = /^([!#$%&'*+.^_`|~\w-]+)(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i;

/**
 * The coding that the client likes best; of several, the smallest. The file as it is goes to those that accept nothing
 * else, and to those that refuse everything: a response that can perhaps be read is better than none.
 *
 * @param accepted the header `accept-encoding`. Without one the client may be old, or a program that decodes nothing.
 */
export function chosenCoding(accepted: string | undefined): Coding {
  const weights = new Map(
    (accepted ?? '').split(',').flatMap((element) => {
      const [, name, weight = '1'] = ELEMENT.exec(element.trim()) ?? [];
      return name === undefined ? [] : [[nameOf(name), Number(weight)] as const];
    }),
  );
  const weightOf = (coding: Coding): number => weights.get(coding) ?? weights.get('*') ?? UNLISTED[coding];
  const [best = 'identity'] = CODINGS.filter((coding) => weightOf(coding) > 0).sort(
    (a, b) => weightOf(b) - weightOf(a),
  );
  return best;
}

/** What isn't listed is not accepted; the file as it is always is, but nobody asked for it. */
const UNLISTED: Readonly<Record<Coding, number>> = { br: 0, gzip: 0, identity: 0.000_1 };

/** Names are case-insensitive, and `x-gzip` is the same as `gzip` (RFC 9110, section 8.4.1.3). */
const nameOf = (written: string): string => written.toLowerCase().replace(/^x-gzip$/, 'gzip');
