import type { ComponentChildren } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import { now } from '../live/clock';
import { MOST_EVENTS } from '../live/log';
import { Mark } from '../parts/status';
import { exact } from '../parts/when';
import { countText, durationText, plural } from '../text';
import { type Column, columnsOf, countsOf, fitsMarks, type Happened, happenedOf } from './timeline-data';
import { BARS_HEIGHT, heightOf, TimelineBars, TimelineMarks } from './timeline-drawing';
import { isOpen, useDetail } from './use-detail';
import { useWidth } from './use-width';

/** Of a mark and of a bar with the gap behind it, in CSS pixels. */
const MARK_WIDTH = 14;
const BAR_WIDTH = 7;

/** With less of the time until the deadline gone, what has happened so far would be one heap at the left. */
const EARLY = 0.15;

/** Who came, failed and was excused when, from the creation until the deadline or the ending. */
export function Timeline() {
  const { view, detail } = useDetail();
  const events = detail.log.all.items.value;
  const happened = useMemo(() => happenedOf(events), [events]);
  const [chosen, setChosen] = useState<'so-far' | 'deadline' | null>(null);
  const startMs = Date.parse(view.createdAt);
  const open = isOpen(view);
  const nowMs = open ? now.value : Date.parse(view.endedAt ?? view.createdAt);
  const deadlineMs = view.deadline === null ? null : Date.parse(view.deadline);
  const isEarly = deadlineMs !== null && happened.length > 0 && nowMs - startMs < EARLY * (deadlineMs - startMs);
  const until = open && deadlineMs !== null ? (chosen ?? (isEarly ? 'so-far' : 'deadline')) : 'so-far';
  const endMs = Math.max(startMs + 1_000, until === 'deadline' && deadlineMs !== null ? deadlineMs : nowMs);
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Timeline</h2>
        {open && deadlineMs !== null && (
          <div class="choices" role="group" aria-label="Show the time">
            {(['so-far', 'deadline'] as const).map((each) => (
              <button
                key={each}
                type="button"
                class="choice"
                aria-pressed={until === each}
                onClick={() => {
                  setChosen(each);
                }}
              >
                {each === 'deadline' ? 'Until the deadline' : 'So far'}
              </button>
            ))}
          </div>
        )}
      </div>
      <Strip happened={happened} startMs={startMs} endMs={endMs} nowMs={nowMs}>
        <p class="timeline-ends">
          <span title={exact(view.createdAt)}>created</span>
          <span title={exact(new Date(endMs).toISOString())}>
            {open ? (until === 'deadline' ? 'deadline' : 'now') : view.status}, {durationText(endMs - startMs)} later
          </span>
        </p>
      </Strip>
      {detail.log.all.hasMore.value && (
        <p class="muted">More has happened than is read here: this shows the first {countText(MOST_EVENTS)} events.</p>
      )}
    </section>
  );
}

interface StripProps {
  readonly happened: readonly Happened[];
  readonly startMs: number;
  readonly endMs: number;
  readonly nowMs: number;
  /** Under the strip. */
  readonly children: ComponentChildren;
}

/** A mark for each, or bars where there are too many. Arrow keys go from one to the next. */
function Strip({ happened, startMs, endMs, nowMs, children }: StripProps) {
  const { detail } = useDetail();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [at, setAt] = useState<number | null>(null);
  const span = { startMs, endMs };
  const marks = columnsOf(happened, span, Math.max(1, Math.floor(width / MARK_WIDTH)));
  const hasMarks = fitsMarks(marks);
  const columnWidth = width / Math.max(1, Math.floor(width / (hasMarks ? MARK_WIDTH : BAR_WIDTH)));
  const columns = hasMarks ? marks : columnsOf(happened, span, Math.max(1, Math.floor(width / BAR_WIDTH)));
  const height = hasMarks ? heightOf(columns) : BARS_HEIGHT;
  const last = columns.length - 1;
  const picked = at === null ? undefined : columns[Math.min(at, last)];
  const spanMs = endMs - startMs;
  const emptyText = detail.log.all.isRead.value ? 'Nobody has arrived or failed yet.' : 'Reading what has happened …';
  const columnMs = (spanMs * columnWidth) / Math.max(1, width);
  const told = picked && textOf(picked, startMs + picked.index * columnMs, columnMs, startMs);

  const pick = (x: number): void => {
    const distance = ({ index }: Column): number => Math.abs((index + 0.5) * columnWidth - x);
    let nearest = 0;
    for (const [index, column] of columns.entries())
      if (distance(column) < distance(columns[nearest] ?? column)) nearest = index;
    setAt(columns.length > 0 ? nearest : null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const here = at ?? -1;
    const next = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setAt(Math.min(last, Math.max(0, next)));
  };
  return (
    <>
      <div
        ref={box}
        class="timeline"
        {...(columns.length > 0 && {
          role: 'slider',
          tabIndex: 0,
          'aria-label': 'Outcomes, by time',
          'aria-valuemin': 0,
          'aria-valuemax': last,
          'aria-valuenow': at ?? 0,
          'aria-valuetext': told ?? summaryOf(happened),
        })}
        onKeyDown={onKeyDown}
        onPointerMove={({ offsetX }) => {
          pick(offsetX);
        }}
        onPointerLeave={() => {
          setAt(null);
        }}
        onBlur={() => {
          setAt(null);
        }}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {picked && (
              <rect class="picked" x={picked.index * columnWidth} y="0" width={columnWidth} height={height} rx="3" />
            )}
            <line class="axis" x1="0" x2={width} y1={height - 1} y2={height - 1} />
            {nowMs < endMs && <NowLine x={((nowMs - startMs) / spanMs) * width} height={height} />}
            {hasMarks ? (
              <TimelineMarks columns={columns} columnWidth={columnWidth} height={height} />
            ) : (
              <TimelineBars columns={columns} columnWidth={columnWidth} />
            )}
          </svg>
        )}
      </div>
      {children}
      <p class="timeline-told">
        {told ?? (
          <>
            {happened.length === 0 ? emptyText : summaryOf(happened)}
            {happened.length > 0 && <Legend />}
          </>
        )}
      </p>
    </>
  );
}

const NowLine = ({ x, height }: { readonly x: number; readonly height: number }) => (
  <line class="now" x1={x} x2={x} y1="0" y2={height - 1} />
);

const Legend = () => (
  <span class="legend">
    <Mark of="arrived" /> arrived <Mark of="failed" /> failed <Mark of="excused" /> excused
  </span>
);

function summaryOf(happened: readonly Happened[]): string {
  const counts = countsOf(happened);
  return (['arrived', 'failed', 'excused'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${countText(counts[outcome])} ${outcome}`)
    .join(', ');
}

const MOST_TOLD = 3;

function textOf({ happened }: Column, fromMs: number, columnMs: number, startMs: number): string {
  if (happened.length > MOST_TOLD) {
    const first = durationText(fromMs - startMs);
    return `${plural(happened.length, 'participant')} from ${first} to ${durationText(fromMs + columnMs - startMs)} after the creation: ${summaryOf(happened)}`;
  }
  return happened
    .map(({ agentId, outcome, atMs, reason }) => {
      const why = reason === null ? '' : ` (${reason})`;
      return `${agentId} ${outcome} after ${durationText(atMs - startMs)}, at ${CLOCK.format(atMs)}${why}`;
    })
    .join(' · ');
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
