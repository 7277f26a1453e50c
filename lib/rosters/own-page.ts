import { busy, MusterError } from '../common/errors';
import type { Caller } from '../http/caller';
import { isDue } from './decision';
import type { Entry } from './entry';
import { isOpen, type Page, pageIndexOf, SINGLE_PAGE } from './page';
import type { UpdateParams } from './page-writes';
import { writePage, type PageWrite } from './pages';
import { readRoster } from './read';
import { notFound } from './relation';
import { statusOf } from './roster';
import { refusedAsEnded, rememberRoster, type RosterCache, type RosterService } from './service';
import { WORDS } from './words';

/** More rounds than any race can need: a wrong page, an outdated entry, a moved deadline, each once or twice. */
const ATTEMPTS = 8;

/** The page with the entry of the agent, as it was at the last try. */
export interface Seen {
  readonly page: Page;
  readonly entry: Entry;
}

export interface OwnPageWrite<Done extends object> {
  /** The entry that is written: of participants alone, or also that of the creator of a tracker. */
  readonly entryOn: (page: Page) => Entry | null;
  /** The next try; `seen` is null at the first one. */
  readonly params: (seen: Seen | null, nowMs: number) => UpdateParams;
  /** The result, from the page that a write returned; null if it was refused. @throws MusterError */
  readonly resultOf: (write: PageWrite & Seen) => Promise<Done | null> | Done | null;
}

/**
 * Writes the entry of an agent on its page: mostly one conditional write. A refused one returns the page, which tells
 * what to try next.
 *
 * @param caller who asks: an unrelated one must not learn that the roster exists
 * @throws MusterError `….not-found`, `….not-participant`, `….not-waiting` or `….not-active`, `….expired`
 */
export async function writeOwnPage<Done extends object>(
  service: RosterService,
  caller: Caller,
  { id, agentId }: { readonly id: string; readonly agentId: string },
  { entryOn, params, resultOf }: OwnPageWrite<Done>,
): Promise<Done> {
  const { kind, table, now, rosters } = service;
  let seen: Seen | null = null;
  let onFirstPage = rosters.get(id)?.creator?.agentId === agentId;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const shape = rosters.get(id) ?? SINGLE_PAGE;
    const index = onFirstPage ? 0 : pageIndexOf(agentId, shape);
    const nowMs = now();
    const write = await writePage(table, { kind, id }, index, params(seen, nowMs));
    const { page } = write;
    if (!page) {
      // It does not exist, or retention removed one with the same id and another split.
      if (!rosters.delete(id)) throw notFound(kind, id);
      onFirstPage = false;
      continue;
    }
    remember(rosters, id, page);
    const entry = entryOn(page);
    if (!entry) {
      if (page.pageCount !== shape.pageCount || page.salt !== shape.salt) continue;
      // The creator of a tracker is on the first page, whatever the hash says.
      if (kind === 'SP' || index === 0) throw await refusalOfStranger(service, caller, id, agentId);
      onFirstPage = true;
      continue;
    }
    seen = { page, entry };
    const result = await resultOf({ ...write, page, entry });
    if (result) return result;
    if (!isOpen(page) || isDue(page, nowMs)) {
      const { roster } = await readRoster(service, caller, id);
      if (statusOf(roster) !== WORDS[kind].open) {
        const ended = roster.pages[page.index];
        const repeated = ended && (await resultOf({ applied: false, page: ended, entry: entryOn(ended) ?? entry }));
        if (repeated) return repeated;
        throw refusedAsEnded(service, roster);
      }
    }
  }
  throw busy(`The ${WORDS[kind].noun} "${id}" kept changing; try again.`);
}

/** 404 for strangers, 403 for who may see it. */
async function refusalOfStranger(
  service: RosterService,
  caller: Caller,
  id: string,
  agentId: string,
): Promise<MusterError> {
  const { relation } = await readRoster(service, caller, id);
  const { noun, code } = WORDS[service.kind];
  if (relation.creator && service.kind === 'PT') {
    const detail = `Progress tracker "${id}" doesn't wait for its creator "${agentId}", which can end it instead.`;
    return new MusterError(`${code}.not-participant`, detail);
  }
  const nor = service.kind === 'PT' ? 'neither a participant nor the creator' : 'not a participant';
  return new MusterError(`${code}.not-participant`, `"${agentId}" is ${nor} of ${noun} "${id}".`);
}

function remember(cache: RosterCache, id: string, page: Page): void {
  const { pageCount, salt, terms, rule, overall } = page;
  const known = cache.get(id);
  if (pageCount === 1 && terms.totalSteps === null) {
    cache.delete(id);
    return;
  }
  const same = known?.pageCount === pageCount && known.salt === salt ? known : undefined;
  const creator = overall ? { agentId: overall.agentId, participates: overall.participates } : same?.creator;
  rememberRoster(cache, id, { ...same, pageCount, salt, terms, rule, ...(creator && { creator }) });
}
