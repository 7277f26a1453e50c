import type { RosterShape } from './page';

/**
 * How rosters are split, by id, remembered per container, so that a write goes to the right page at once. What is remembered may be of
 * another roster that had the same id, and is only where to try first.
 */
export type ShapeCache<Shape extends RosterShape> = Map<string, Shape>;

const REMEMBERED_SHAPES = 10_000;

/** Forgets the one that has been known longest when there are too many. */
export function rememberShape<Shape extends RosterShape>(shapes: ShapeCache<Shape>, id: string, shape: Shape): void {
  if (!shapes.has(id) && shapes.size >= REMEMBERED_SHAPES) {
    const oldest = shapes.keys().next();
    if (!oldest.done) shapes.delete(oldest.value);
  }
  shapes.set(id, shape);
}
