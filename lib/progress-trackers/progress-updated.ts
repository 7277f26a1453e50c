import { type MusterEvent, newEvent } from '../events/event';
import type { StepRecord } from './step-record';

/** The event of a report. The step is part of its id: two reports of one agent can have the same time. */
export const progressUpdated = (id: string, agentId: string, record: StepRecord): MusterEvent =>
  newEvent('PROGRESS_UPDATED', id, agentId, record.atMs ?? 0, { step: record.step }, record.step);
