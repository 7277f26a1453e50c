/** The picture of a sync point: who is missing, and for how much longer. */
import type { SyncPoint } from '@muster/client';
import { pad } from '../text';
import { fit, type Line, span } from './line';
import {
  bar,
  countsOf,
  detailOf,
  type Details,
  heading,
  idWidthOf,
  MARKS,
  missingFirst,
  outcomesOf,
  rowsThatFit,
  statusOf,
  type Surroundings,
} from './view';

const HEADING_ROWS = 4;
const BAR_WIDTH = 24;

/**
 * @param details of the participants, where they are known
 * @returns lines no longer than the terminal is wide, and no more than it has rows
 */
export function rosterView(point: SyncPoint, details: Details, { nowMs, columns, rows }: Surroundings): Line[] {
  const outcomes = outcomesOf(point);
  const arrived = point.arrivedParticipants.length;
  const needed = neededOf(point);
  const idWidth = idWidthOf(point, columns);
  const draw = (agentId: string, outcome: keyof typeof MARKS): Line => {
    const [mark, word, style] = MARKS[outcome];
    return [
      span(`  ${mark} `, style),
      span(`${pad(agentId, idWidth)}  `),
      span(word.padEnd(9), style),
      ...detailOf(details.get(agentId), nowMs),
    ];
  };
  const lines = [
    heading(point),
    statusOf(point, nowMs),
    [
      ...bar(needed === 0 ? 1 : arrived / needed, BAR_WIDTH, arrived >= needed ? 'green' : undefined),
      span(`  ${arrived} of ${needed} needed`),
      span(`   ${countsOf(outcomes.values())}`, 'dim'),
    ],
    [],
    ...rowsThatFit(missingFirst(outcomes), rows - HEADING_ROWS, draw),
  ];
  return lines.slice(0, rows).map((line) => fit(line, columns));
}

/** Arrivals that are enough. */
export const neededOf = ({ quorum, participants, excusedParticipants }: SyncPoint): number =>
  quorum ?? participants.length - excusedParticipants.length;
