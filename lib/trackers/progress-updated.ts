import { type MusterEvent, newEvent } from '../events/event';

/**
 * The event of a report. Its id includes the step, because two reports of one agent can have the same time.
 *
 * @param previousStep null: the first report of the agent
 */
export const progressUpdated = (
  id: string,
  agentId: string,
  report: { readonly step: number; readonly atMs: number },
  previousStep: number | null,
): MusterEvent =>
  newEvent(
    {
      type: 'PROGRESS_UPDATED',
      relatedId: id,
      agentId,
      timestampMs: report.atMs,
      details: { step: report.step, previousStep },
    },
    report.step,
  );
