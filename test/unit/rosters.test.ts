/** The split of a roster into pages. */
import { describe, expect, test } from '@jest/globals';
import { MAX_PAGES, pageIndexOf, splitRoster, SYNC_POINT_PAGE, TRACKER_PAGE } from '../../lib/rosters/page';
import { uuidLikeIds } from '../support/world';

const idStyles: Readonly<Record<string, (index: number) => string>> = {
  'short numbers': String,
  'names with numbers': (index) => `agent-${index}`,
  'UUIDs that differ at the end': (index) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
  'ids of 64 characters that differ at the start': (index) => `${index}:`.padEnd(64, 'x'),
  'paths of a hierarchy': (index) => `team-${index % 7}.worker-${Math.floor(index / 7)}`,
};

describe('pages', () => {
  /** Stored rosters depend on these numbers: a change of the hash would lose every participant of every live roster. */
  test.each([
    ['a', 2, 1, 0],
    ['agent-7', 5, 1, 4],
    ['agent-7', 5, 2, 0],
    ['00000000-0000-7000-8000-000000000001', 95, 1, 52],
    ['x'.repeat(64), 95, 99, 73],
    ['builder', 10, 3, 0],
  ])('%s of %i pages with salt %i is on page %i, for ever', (agentId, pageCount, salt, index) => {
    expect(pageIndexOf(agentId, { pageCount, salt })).toBe(index);
  });

  test.each(Object.entries(idStyles))('hold every participant once, where the hash says: %s', (_style, idOf) => {
    for (const count of [2, 20, 21, 50, 200, 951, 1_000, 10_000]) {
      const participants = Array.from({ length: count }, (_, index) => idOf(index));
      const { shape, pages } = splitRoster(participants, SYNC_POINT_PAGE);
      expect(pages).toHaveLength(shape.pageCount);
      expect(shape.pageCount).toBeLessThanOrEqual(MAX_PAGES);
      expect(shape.pageCount === 1).toBe(count <= 20);
      expect(pages.flat().sort()).toEqual([...participants].sort());
      const misplaced = pages.flatMap((page, index) => page.filter((id) => pageIndexOf(id, shape) !== index));
      expect(misplaced).toEqual([]);
      const fullest = Math.max(...pages.map((page) => page.length));
      expect(fullest).toBeLessThanOrEqual(count <= 20 ? 20 : count <= 1_000 ? 18 : 200);
    }
  });

  test('of a tracker leave room for its creator on the first one', () => {
    for (const count of [16, 17, 100, 1_000]) {
      const { shape, pages } = splitRoster(uuidLikeIds(count), TRACKER_PAGE, 1);
      expect(shape.pageCount === 1).toBe(count <= 16);
      expect(Math.max(...pages.map((page, index) => page.length + (index === 0 ? 1 : 0)))).toBeLessThanOrEqual(17);
    }
  });

  test('with a header, two roster chunks and an idempotency record fit a transaction', () => {
    expect(MAX_PAGES + 4).toBeLessThanOrEqual(100);
  });
});
