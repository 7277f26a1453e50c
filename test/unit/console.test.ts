import { expect, test } from '@jest/globals';
import { chosenCoding } from '../../lib/console/coding';

test.each([
  // What browsers send.
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  // Programs that decode nothing.
  [undefined, 'identity'],
  ['', 'identity'],
  ['deflate', 'identity'],
  ['identity', 'identity'],
  // By weight, and among equals the smallest.
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['gzip;q=0.8, br;q=0.8', 'br'],
  ['gzip;q=0.5, identity', 'identity'],
  ['gzip;q=0.001', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.000, gzip;q=0', 'identity'],
  ['identity;q=0, gzip;q=0.1', 'gzip'],
  // `*` stands for what isn't listed.
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['gzip, *;q=0', 'gzip'],
  ['identity, *;q=0.5', 'identity'],
  // Nothing that is there is accepted.
  ['*;q=0', 'identity'],
  ['identity;q=0', 'identity'],
  // Spellings.
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  [' br ; Q=1.0 ,gzip', 'br'],
  // Elements that are none are ignored.
  ['br;q=2, gzip', 'gzip'],
  ['br;level=3, gzip', 'gzip'],
  [', ,;q=1', 'identity'],
])('who accepts "%s" gets %s', (accepted, coding) => {
  expect(chosenCoding(accepted)).toBe(coding);
});
