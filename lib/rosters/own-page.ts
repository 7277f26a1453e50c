import { busy, MusterError } from '../common/errors';
import type { Caller } from '../http/caller';
import { isDue } from './decision';
import { type Attempt, type Details, discardAttempt, isRefusal, storeAttempt } from './details';
import type { Entry } from './entry';
import { isOpen, type Page, pageIndexOf, SINGLE_PAGE } from './page';
import type { UpdateParams } from './page-writes';
import { writePage } from './pages';
import { readRoster } from './read';
import { notFound } from './relation';
import { statusOf } from './roster';
import { refusedAsEnded, rememberRoster, type RosterCache, type RosterService } from './service';
import { WORDS } from './words';

/** More rounds than any race can need: a wrong page, an outdated entry, a moved deadline, each once or twice. */
const ATTEMPTS = 8;

/** The page with the entry of the agent. */
interface Seen {
  readonly page: Page;
  readonly entry: Entry;
}

/** A request that was accepted, now or (`repeated`) before. */
export interface Accepted extends Seen {
  readonly repeated: boolean;
}

/** A write to try. */
interface Try {
  readonly write: (nowMs: number) => UpdateParams;
  /** Whether it only repeats what was accepted before. */
  readonly repeated: boolean;
}

export interface OwnPageWrite {
  /** The entry that is written: of participants alone, or also that of the creator of a tracker. */
  readonly entryOn: (page: Page) => Entry | null;
  /**
   * What comes next; `seen` is null at first, then what refused the last try.
   *
   * @param storedAtMs the time to record, under which the details are stored; null: there are none, so any time will do
   * @throws MusterError
   */
  readonly next: (seen: Seen | null, storedAtMs: number | null) => Accepted | Try | Promise<Accepted | Try>;
}

interface OwnRequest {
  readonly id: string;
  readonly agentId: string;
  readonly details: Details;
}

/**
 * Writes the entry of an agent on its page, and its details first (see details.ts).
 *
 * @param caller who asks: an unrelated one must not learn that the roster exists
 * @throws MusterError `….not-found`, `….not-participant`, `….not-waiting` or `….not-active`, `….expired`
 */
export async function writeOwnPage(
  service: RosterService,
  caller: Caller,
  { id, agentId, details }: OwnRequest,
  request: OwnPageWrite,
): Promise<Accepted> {
  const { kind, table } = service;
  const attempt = await storeAttempt(service, { kind, id, agentId }, details);
  try {
    const accepted = await tryUntilAccepted(service, caller, attempt, request);
    if (accepted.repeated) await discardAttempt(table, attempt);
    return accepted;
  } catch (error) {
    if (isRefusal(error)) await discardAttempt(table, attempt);
    throw error;
  }
}

/** Mostly one conditional write. A refused one returns the page, which tells what to try next. */
async function tryUntilAccepted(
  service: RosterService,
  caller: Caller,
  { id, agentId, storedAtMs }: Attempt,
  { entryOn, next }: OwnPageWrite,
): Promise<Accepted> {
  const { kind, table, now, rosters } = service;
  let seen: Seen | null = null;
  let onFirstPage = rosters.get(id)?.overall?.agentId === agentId;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const step: Accepted | Try = await next(seen, storedAtMs);
    if ('page' in step) return step;
    if (seen && (!isOpen(seen.page) || isDue(seen.page, now()))) {
      const { roster } = await readRoster(service, caller, id);
      if (statusOf(roster) !== WORDS[kind].open) {
        const page: Page = roster.pages[seen.page.index] ?? seen.page;
        const last = await next({ page, entry: entryOn(page) ?? seen.entry }, storedAtMs);
        if ('page' in last) return last;
        throw refusedAsEnded(service, roster);
      }
    }
    const shape = rosters.get(id) ?? SINGLE_PAGE;
    const index = onFirstPage ? 0 : pageIndexOf(agentId, shape);
    const { applied, page } = await writePage(table, { kind, id }, index, step.write(now()));
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
    if (applied) return { ...seen, repeated: step.repeated };
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
  rememberRoster(cache, id, { ...same, pageCount, salt, terms, rule, ...(overall && { overall }) });
}
