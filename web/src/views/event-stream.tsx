import type { Event } from '@muster/client';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { visibleRows } from '../live/visible-rows';
import { EventLine } from '../parts/event-line';

/** In rem: a row is one line, or two on a narrow page. */
const ROW = 2.25;
const NARROW_ROW = 3.75;
const NARROW = 40;

interface Size {
  readonly height: number;
  readonly rowHeight: number;
}

/** Thousands of events, of which those in sight are drawn. Who has scrolled down stays where they are. */
export function EventStream({ events }: { readonly events: readonly Event[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [{ height, rowHeight }, setSize] = useState<Size>({ height: 600, rowHeight: 36 });
  const [scrollTop, setScrollTop] = useState(0);
  const newest = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => {
      setSize(sizeOf(current));
    });
    observer.observe(current);
    return () => {
      observer.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const added = events.findIndex(({ id }) => id === newest.current);
    newest.current = events[0]?.id;
    if (box.current && added > 0 && box.current.scrollTop > 0) box.current.scrollTop += added * rowHeight;
  }, [events]);
  const { first, end } = visibleRows(scrollTop, height, rowHeight, events.length);
  return (
    <div
      ref={box}
      class="stream"
      role="region"
      aria-label="Events, newest first"
      tabIndex={0}
      onScroll={({ currentTarget }) => {
        setScrollTop(currentTarget.scrollTop);
      }}
    >
      <ol
        aria-live="off"
        style={{
          blockSize: `${events.length * rowHeight}px`,
          paddingBlockStart: `${first * rowHeight}px`,
          '--row': `${rowHeight}px`,
        }}
      >
        {events.slice(first, end).map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ol>
    </div>
  );
}

function sizeOf(box: HTMLElement): Size {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return { height: box.clientHeight, rowHeight: rem * (box.clientWidth < NARROW * rem ? NARROW_ROW : ROW) };
}
