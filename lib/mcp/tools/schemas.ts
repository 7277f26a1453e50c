/** Parts of the input that several tools have. The operations check the rest: lengths, patterns, what exists. */
import * as z from 'zod';
import { MAX_TTL_SECONDS, MAX_WAIT_SECONDS } from '../../common/limits';
import { KINDS } from '../rosters';

const kind = z.enum(KINDS).optional().describe('If both kinds have the id');

/** To read. */
export const reference = { id: z.string().describe('Id, or name while it is open'), kind };

/** For what is final. */
export const exactReference = { id: z.string().describe('Id, not name'), kind };

export const data = z.unknown().optional();

export const waitSeconds = z.number().min(0).max(MAX_WAIT_SECONDS).optional();

export const ttlSeconds = z.int().min(0).max(MAX_TTL_SECONDS);

/** What both kinds are created with. */
export const creation = {
  id: z.string().optional().describe('Choose one: then a retry creates no second'),
  name: z.string(),
  description: z.string().optional(),
  deadlineSeconds: z.int().min(1).optional().describe('From now'),
};
