import { setTimeout as delay } from 'node:timers/promises';
import { nextPollMs } from '../common/poll-interval';
import type { Caller } from '../http/caller';
import type { Service } from '../table/service';
import { isDue } from './decision';
import { isOpen, type Page } from './page';
import { readPages } from './pages';
import { notFound, type Relation, relationTo } from './relation';
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
  const relation = relationTo(loaded.header.createdBy, caller);
  const isRelated = relation.creator || relation.admin || entryOf(loaded, caller.agentId) !== null;
  if (!isRelated) throw notFound(kind, id);
  const roster = await settleRoster(service, loaded);
  if (!roster) throw notFound(kind, id);
  return { roster, relation };
}

export interface WaitOptions {
  readonly waitMs: number;
  /** Wait until the version is another one; until the ending if undefined. */
  readonly version?: number | undefined;
}

/**
 * Waits until the ending, or a change, or the time is over, and returns the latest state.
 *
 * For the ending it watches the lowest open page: 1 read unit per look, for any number of participants. That page is
 * filled or closed before the roster can end, and it has the deadline. For any change it watches all open pages.
 */
export async function waitForRoster(
  service: Service,
  roster: Roster,
  { waitMs, version }: WaitOptions,
): Promise<Roster> {
  const untilMs = service.now() + waitMs;
  const isOver = ({ pages }: Roster): boolean =>
    !pages.some(isOpen) || (version !== undefined && versionOf(pages) !== version);
  const watchedPages = version === undefined ? 1 : roster.pages.length;
  const isNews = (before: Page, page: Page): boolean =>
    !isOpen(page) || (version !== undefined && changesOf(before) !== changesOf(page));
  let current = roster;
  for (let pollMs = nextPollMs(); waitMs > 0 && !isOver(current); pollMs = nextPollMs(pollMs)) {
    const nowMs = service.now();
    const timeUp = nowMs >= untilMs;
    if (!timeUp) {
      const watched = current.pages.filter(isOpen).slice(0, watchedPages);
      const deadlineMs = Math.min(...watched.map((page) => page.terms.deadlineMs ?? Infinity));
      await delay(Math.min(pollMs, untilMs - nowMs, Math.max(0, deadlineMs - nowMs)));
      const indices = watched.map((page) => page.index);
      const pages = await readPages(service.table, rosterId(current), indices);
      const seenMs = service.now();
      const isQuiet = watched.every((before, position) => {
        const page = pages[position];
        return page?.index === before.index && !isDue(page, seenMs) && !isNews(before, page);
      });
      if (isQuiet) {
        // With its deadline, which may have been moved or taken away.
        current = withPages(current, pages);
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
  const fresh = await readPages(service.table, rosterId(roster), open);
  return fresh.length < open.length ? null : settleRoster(service, withPages(roster, fresh));
}

function withPages(roster: Roster, fresh: readonly Page[]): Roster {
  const byIndex = new Map(fresh.map((page) => [page.index, page]));
  return { ...roster, pages: roster.pages.map((page) => byIndex.get(page.index) ?? page) };
}
