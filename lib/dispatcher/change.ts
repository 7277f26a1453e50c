import type { Item } from '../table/table';

/** One change of one item, taken from a stream record. */
export interface Change {
  readonly pk: string;
  readonly sk: string;
  /** null: the item was inserted. */
  readonly before: Item | null;
  /** null: the item was removed. */
  readonly after: Item | null;
  /** Time of the change, exact to the second; undefined if it is not known. */
  readonly changedAtMs?: number;
}
