/** What both kinds return of a creation. */
import * as z from 'zod';
import { describe, type Found, rosterOutput, structureOf } from '../rosters';
import type { ToolAnswer } from './tool';
import { firstWarnings, warningText } from './warnings';

export const createdOutput = { ...rosterOutput, repeated: z.boolean() };

interface Creation {
  /** An earlier call created it. */
  readonly repeated: boolean;
  readonly warnings?: Parameters<typeof warningText>[0];
}

export function createdAnswer(found: Found, { repeated, warnings }: Creation, nowMs: number): ToolAnswer {
  const intro = repeated ? 'It existed already, as you created it before; nothing has changed. ' : '';
  return {
    text: intro + describe(found, nowMs) + warningText(warnings),
    structured: { ...structureOf(found), repeated, warnings: firstWarnings(warnings) },
  };
}
