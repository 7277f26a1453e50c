import { setTimeout as delay } from 'node:timers/promises';
import { nextPollMs } from '../common/poll-interval';
import type { Caller } from '../http/caller';
import type { Service } from '../table/service';
import { isDue } from './decision';
import { isOpen, type Page } from './page';
import { readPages } from './pages';
import { isRelated, notFound, type Relation, relationTo } from './relation';
import { changesOf, entryOf, loadRoster, type Roster, rosterId, versionOf } from './roster';
import type { RosterService } from './service';
import { settleRoster } from './settle';

/** @throws MusterError `….not-found` also for callers without a relation. */
export async function readRoster(
  service: Pick<RosterService, 'kind' | 'table' | 'now'>,
  caller: Caller,
  id: string,
): Promise<{ roster: Roster; relation: Relation }> {
  const { kind, table } = service;
  const loaded = await loadRoster(table, { kind, id });
  if (!loaded) throw notFound(kind, id);
  const { createdBy } = loaded.header;
  const participates =
    createdBy === caller.agentId ? loaded.participants.includes(createdBy) : entryOf(loaded, caller.agentId) !== null;
  const relation = relationTo(createdBy, participates, caller);
  if (!isRelated(relation)) throw notFound(kind, id);
  const roster = await settleRoster(service, loaded);
  if (!roster) throw notFound(kind, id);
  return { roster, relation };
}

/** What a wait watches, and which change of a watched page is worth reading everything. */
interface Watch {
  readonly pages: (pages: readonly Page[]) => readonly Page[];
  readonly isNews: (before: Page, now: Page) => boolean;
}

/**
 * Watches the lowest open page: 1 read unit per look, for any number of participants. It is filled or closed before the
 * roster can end, and it has the deadline.
 */
const ENDING: Watch = {
  pages: (pages) => pages.filter(isOpen).slice(0, 1),
  isNews: (_before, now) => !isOpen(now),
};

/** Watches all open pages: 1 read unit per page and look. */
const ANY_CHANGE: Watch = {
  pages: (pages) => pages.filter(isOpen),
  isNews: (before, now) => !isOpen(now) || changesOf(before) !== changesOf(now),
};

export interface WaitOptions {
  readonly waitMs: number;
  /** Wait until the version is another one; until the ending if undefined. */
  readonly version?: number | undefined;
}

/** Waits until the ending, or a change, or the time is over, and returns the latest state. */
export async function waitForRoster(
  service: Service,
  roster: Roster,
  { waitMs, version }: WaitOptions,
): Promise<Roster> {
  const untilMs = service.now() + waitMs;
  const isOver = ({ pages }: Roster): boolean =>
    !pages.some(isOpen) || (version !== undefined && versionOf(pages) !== version);
  const watch = version === undefined ? ENDING : ANY_CHANGE;
  let current = roster;
  for (let pollMs = nextPollMs(); waitMs > 0 && !isOver(current); pollMs = nextPollMs(pollMs)) {
    const nowMs = service.now();
    const timeUp = nowMs >= untilMs;
    if (!timeUp) {
      const watched = watch.pages(current.pages);
      const deadlineMs = Math.min(...watched.map((page) => page.terms.deadlineMs ?? Infinity));
      await delay(Math.min(pollMs, untilMs - nowMs, Math.max(0, deadlineMs - nowMs)));
      const indices = watched.map((page) => page.index);
      const pages = await readPages(service.table, rosterId(current), indices);
      const seenMs = service.now();
      const isQuiet = watched.every((before, position) => {
        const page = pages[position];
        return page?.index === before.index && !isDue(page, seenMs) && !watch.isNews(before, page);
      });
      if (isQuiet) {
        // With its deadline, which may have been moved or taken away.
        const fresh = new Map(pages.map((page) => [page.index, page]));
        current = { ...current, pages: current.pages.map((page) => fresh.get(page.index) ?? page) };
        continue;
      }
    }
    const refreshed = await refresh(service, current);
    if (!refreshed) throw notFound(roster.kind, roster.header.id);
    current = refreshed;
    if (timeUp) return current;
  }
  return current;
}

/** Reads the parts that may have changed since. */
async function refresh(service: Service, roster: Roster): Promise<Roster | null> {
  const open = roster.pages.filter(isOpen).map((page) => page.index);
  const fresh = new Map((await readPages(service.table, rosterId(roster), open)).map((page) => [page.index, page]));
  if (fresh.size < open.length) return null;
  const pages = roster.pages.map((page) => fresh.get(page.index) ?? page);
  return settleRoster(service, { ...roster, pages });
}
