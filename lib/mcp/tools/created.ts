/** What both kinds return of a creation. */
import * as z from 'zod';
import { describe, type Found, isOpen, rosterOutput, structureOf } from '../rosters';
import type { ToolAnswer } from './tool';
import { firstWarnings, warningText } from './warnings';

export const createdOutput = { ...rosterOutput, repeated: z.boolean() };

interface Creation {
  /** An earlier call created it. */
  readonly repeated: boolean;
  readonly warnings?: Parameters<typeof warningText>[0];
}

export function createdAnswer(found: Found, { repeated, warnings }: Creation, nowMs: number): ToolAnswer {
  const intro = repeated ? 'It existed already, from an earlier call or a retry of this one. ' : '';
  // Every night the same id: that is the sync point of last night.
  const next = repeated && !isOpen(found.view.status) ? ' It has ended: for a new round choose another id.' : '';
  return {
    text: intro + describe(found, nowMs) + next + warningText(warnings),
    structured: { ...structureOf(found), repeated, warnings: firstWarnings(warnings) },
  };
}
