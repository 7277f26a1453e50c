/** Texts for a model: short, with counts in place of long lists. */

/** How many ids, participants or messages an answer lists. */
export const SHOWN = 20;

export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The first few, and how many more there are. */
export function names(ids: readonly string[]): string {
  const more = ids.length - SHOWN;
  return ids.slice(0, SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

const UNITS = [
  { noun: 'day', seconds: 86_400 },
  { noun: 'hour', seconds: 3_600 },
  { noun: 'minute', seconds: 60 },
] as const;

function duration(seconds: number): string {
  const unit = UNITS.find((one) => seconds >= 2 * one.seconds);
  return unit === undefined
    ? count(Math.round(seconds), 'second')
    : count(Math.round(seconds / unit.seconds), unit.noun);
}

/** `in 4 minutes (2026-03-01T12:00:00.000Z)`. */
export function isoIn(time: string, nowMs: number): string {
  const seconds = (Date.parse(time) - nowMs) / 1_000;
  return `${seconds >= 0 ? `in ${duration(seconds)}` : `${duration(-seconds)} ago`} (${time})`;
}

/** Data of others in one answer, as JSON. More of it would fill the context of a model. */
const DATA_BUDGET_BYTES = 24 * 1_024;

/** As many of the first ones as fit the budget; at least one, so that everything can be read in turn. */
export function fitting<Item>(items: readonly Item[]): Item[] {
  let bytes = 0;
  return items.filter((item, index) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return index === 0 || bytes <= DATA_BUDGET_BYTES;
  });
}

/** A page of up to 20 that fits the budget. Its cursor is that of the page which ends where the budget does. */
export async function listFitting<Page extends { readonly items: readonly unknown[] }>(
  list: (limit: number) => Promise<Page>,
): Promise<Page> {
  const page = await list(SHOWN);
  const fit = fitting(page.items).length;
  return fit < page.items.length ? list(fit) : page;
}
