import { now } from '../live/clock';
import { relativeText } from '../text';

/** A time as one says it, with the exact one on hover. */
export function When({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={exact(at)}>
      {relativeText(Date.parse(at), now.value)}
    </time>
  );
}

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** In the time zone and the language of the browser. */
export const localText = (at: string): string => EXACT.format(Date.parse(at));

export const exact = (at: string): string => `${localText(at)} (${at})`;
