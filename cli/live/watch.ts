/** Shows a sync point or a tracker as it changes, until it has ended. */
import type { WaitOptions } from '@muster/client';
import { type Line, fit, span } from './line';
import { clockTime } from './durations';
import { Screen, type ScreenTerminal } from './screen';
import type { Details, Surroundings } from './view';

export interface WatchTerminal extends ScreenTerminal {
  readonly isTerminal: boolean;
  readonly rows: number;
  readonly now: () => number;
  readonly onResize: (callback: () => void) => () => void;
}

/** What the two kinds differ by. */
export interface Watched<R extends { readonly version: number }> {
  readonly wait: (options: WaitOptions<R>) => Promise<R>;
  readonly details: (roster: R, signal: AbortSignal) => Promise<Details>;
  readonly view: (reading: Reading<R>, surroundings: Surroundings) => Line[];
  readonly changes: (before: R | undefined, reading: Reading<R>) => string[];
}

interface Reading<R> {
  readonly roster: R;
  readonly details: Details;
  readonly readAtMs: number;
}

/** A countdown moves so often. */
const TICK_MS = 1_000;

/** The service answers a long poll within 20 seconds, also if nothing changes. After so long, it is away. */
const SILENT_MS = 30_000;

/** @returns how it ended */
export async function watch<R extends { readonly version: number }>(
  terminal: WatchTerminal,
  watched: Watched<R>,
  options: WaitOptions<R>,
): Promise<R> {
  const display = terminal.isTerminal ? liveDisplay(terminal, watched) : plainDisplay(terminal, watched);
  let latest: R | undefined;
  let details: Details = new Map();
  let detailedVersion: number | undefined;
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, ...(options.signal ? [options.signal] : [])]);
  const show = async (roster: R): Promise<void> => {
    const readAtMs = terminal.now();
    // Another reading has come while the one before was shown.
    if (roster !== latest) return;
    if (roster.version !== detailedVersion) details = await watched.details(roster, signal);
    if (signal.aborted) return;
    detailedVersion = roster.version;
    display.show({ roster, details, readAtMs });
  };
  let showing = Promise.resolve();
  try {
    const end = await watched.wait({
      ...options,
      signal,
      throwUnlessCompleted: false,
      participants: false,
      until: (roster) => {
        latest = roster;
        showing = showing.then(() => show(roster));
        showing.catch((error: unknown) => {
          over.abort(error);
        });
        return false;
      },
    });
    await showing;
    return end;
  } finally {
    over.abort();
    display.close();
  }
}

interface Display<R> {
  readonly show: (reading: Reading<R>) => void;
  readonly close: () => void;
}

function liveDisplay<R extends { readonly version: number }>(
  terminal: WatchTerminal,
  { view }: Watched<R>,
): Display<R> {
  const screen = new Screen(terminal);
  let latest: Reading<R> | undefined;
  const draw = (): void => {
    if (latest === undefined) return;
    const nowMs = terminal.now();
    const silentMs = nowMs - latest.readAtMs;
    const { columns } = terminal;
    // The cursor stands below the last line.
    const rows = terminal.rows - 1;
    const silence =
      silentMs < SILENT_MS
        ? []
        : [fit([span(`no answer from Muster for ${clockTime(silentMs)}; still trying`, 'red')], columns)];
    screen.draw([...view(latest, { nowMs, columns, rows: rows - silence.length }), ...silence]);
  };
  const ticks = setInterval(draw, TICK_MS);
  const stopResizing = terminal.onResize(draw);
  return {
    show: (reading) => {
      latest = reading;
      draw();
    },
    close: () => {
      clearInterval(ticks);
      stopResizing();
      screen.close();
    },
  };
}

function plainDisplay<R extends { readonly version: number }>(
  { out, now }: WatchTerminal,
  { changes }: Watched<R>,
): Display<R> {
  let before: R | undefined;
  return {
    show: (reading) => {
      for (const change of changes(before, reading)) out(`${new Date(now()).toISOString()} ${change}\n`);
      before = reading.roster;
    },
    close: () => undefined,
  };
}
