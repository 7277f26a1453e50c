import type { List, Muster, ProgressTracker, RequestOptions, SyncPoint } from '@muster/client';
import type { Command } from 'commander';
import { clientCommand, interruptible, withMuster } from '../command';
import { given } from '../given';
import { syncPointChanges, trackerChanges } from '../live/changes';
import { rosterView } from '../live/roster-view';
import { trackerView } from '../live/tracker-view';
import type { Detail, Details } from '../live/view';
import { watch, type Watched } from '../live/watch';
import type { Terminal } from '../terminal';
import { endAs, waitFields, type WaitOptions, waitOptions } from './wait';

const MORE = `It is redrawn in place on a terminal; elsewhere each change is a line. The exit code is that of the ending:
0 completed, 3 expired, 4 cancelled, 5 failed; 124 at the limit of --timeout, 130 by Ctrl-C.`;

/** Of more, times and reasons of those that failed are read, no others: a screen has no room for them. */
const MOST_DETAILED = 100;

export const syncPointsWatchCommand = (terminal: Terminal): Command =>
  watchCommand<SyncPoint>(terminal, {
    summary: 'Show who is missing, and for how much longer, until it has ended',
    examples: ['muster sync-points watch nightly', 'muster sync-points watch nightly --appears-within 5m | tee log'],
    watched: ({ syncPoints }, id) => ({
      wait: async (options) => (await syncPoints.wait(id, options)).syncPoint,
      details: (point, signal) => detailsOf(syncPoints, point, signal),
      view: ({ roster, details }, surroundings) => rosterView(roster, details, surroundings),
      changes: (before, { roster, details }) => syncPointChanges(before, roster, details),
    }),
  });

export const trackersWatchCommand = (terminal: Terminal): Command =>
  watchCommand<ProgressTracker>(terminal, {
    summary: 'Show how far everyone is, how fast, and the time left, until it has ended',
    examples: ['muster trackers watch import', 'muster trackers watch import --timeout 2h'],
    watched: ({ trackers }, id) => ({
      wait: async (options) => (await trackers.wait(id, options)).tracker,
      details: (tracker, signal) => detailsOf(trackers, tracker, signal),
      view: ({ roster, details, readAtMs }, surroundings) => trackerView(roster, details, readAtMs, surroundings),
      changes: (before, { roster, details }) => trackerChanges(before, roster, details),
    }),
  });

interface WatchText<R extends SyncPoint | ProgressTracker> {
  readonly summary: string;
  readonly examples: readonly string[];
  readonly watched: (muster: Muster, id: string) => Watched<R>;
}

function watchCommand<R extends SyncPoint | ProgressTracker>(
  terminal: Terminal,
  { summary, examples, watched }: WatchText<R>,
): Command {
  let isDrawn = false;
  const say = (line: string): void => {
    // On a terminal, it would be written into the view, which says itself that there is no answer.
    if (!isDrawn) terminal.err(line);
  };
  const command = clientCommand({ usage: 'watch <id>', summary, more: MORE, examples, output: 'none' });
  return waitOptions(command).action(
    withMuster<WaitOptions>(
      terminal,
      async ({ muster }, [id = ''], { timeout, ...options }) => {
        const { view, ...rest } = watched(muster, id);
        const drawn: Watched<R> = {
          ...rest,
          view: (...reading) => {
            isDrawn = true;
            return view(...reading);
          },
        };
        const end = await interruptible(
          terminal,
          (signal) => watch(terminal, drawn, waitFields(options, signal)),
          timeout,
        );
        endAs(end.status);
      },
      say,
    ),
  );
}

interface Listing {
  readonly participants: (
    id: string,
    filter: { readonly limit: number; readonly outcome?: 'failed' },
    options: RequestOptions,
  ) => List<Detail & { readonly agentId: string }>;
}

async function detailsOf(
  listing: Listing,
  { id, participants }: SyncPoint | ProgressTracker,
  signal: AbortSignal,
): Promise<Details> {
  const outcome = participants.length > MOST_DETAILED ? ('failed' as const) : undefined;
  const filter = { limit: MOST_DETAILED, ...given({ outcome }) };
  const { items } = await listing.participants(id, filter, { signal, maxRetries: Infinity });
  return new Map(items.map((item) => [item.agentId, item]));
}
