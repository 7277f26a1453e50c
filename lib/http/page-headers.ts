/** Where a page may take things from, by directive of the Content-Security-Policy. What isn't listed is refused. */
type Sources = Readonly<Record<string, string>>;

/** Nothing from any other host; no other page may show this one in a frame, or learn of it from a link. */
const NOTHING: Sources = {
  'default-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** The page needs none of what a browser can do but show it and, where a policy allows it, run its scripts. */
const PERMISSIONS = ['camera', 'geolocation', 'microphone', 'payment', 'usb'].map((name) => `${name}=()`).join(', ');

/** Headers of a page for people that make the browser refuse what the page doesn't need. */
export const pageHeaders = (sources: Sources) =>
  ({
    'content-security-policy': Object.entries({ ...NOTHING, ...sources })
      .map(([directive, allowed]) => `${directive} ${allowed}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': PERMISSIONS,
    'referrer-policy': 'no-referrer',
    ...NO_SNIFFING,
  }) as const;

/** The content type is what the header says, whatever the content looks like. */
export const NO_SNIFFING = { 'x-content-type-options': 'nosniff' } as const;
