/** Which rows of a long list are in sight, if all have the same height: only those are drawn. */
export interface VisibleRows {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
}

/** Drawn beyond both edges, so that a turn of the wheel shows no gap. */
const BEYOND = 10;

export function visibleRows(scrollTop: number, height: number, rowHeight: number, count: number): VisibleRows {
  const first = Math.max(0, Math.min(Math.floor(scrollTop / rowHeight), count) - BEYOND);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + BEYOND);
  return { first, end: Math.max(first, end) };
}
