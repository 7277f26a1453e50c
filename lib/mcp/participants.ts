import * as z from 'zod';
import type { Found } from './rosters';
import type { Session } from './operations';
import { listFitting } from './text';

export const OUTCOMES = ['pending', 'arrived', 'failed', 'excused'] as const;

export const participantsOutput = {
  outcomes: z.array(z.looseObject({ agentId: z.string() })),
  cursor: z.string().nullable(),
};

interface Page {
  readonly outcome?: (typeof OUTCOMES)[number] | undefined;
  readonly cursor?: string | undefined;
}

export interface Outcomes {
  readonly outcomes: readonly Participant[];
  /** Of the next page; null on the last. */
  readonly cursor: string | null;
}

/**
 * What became of up to 20 participants, with their data as far as it fits an answer. Cost: 1 read unit per 4 KB of
 * data; once more if it doesn't fit.
 */
export async function readOutcomes(session: Session, { kind, view }: Found, page: Page = {}): Promise<Outcomes> {
  const { muster, request } = session;
  const list = (limit: number) => {
    const parts = { params: { id: view.id }, query: { ...definedOf(page), limit: String(limit) } };
    return kind === 'sync_point'
      ? muster.syncPoints('listParticipants', request, parts)
      : muster.trackers('listParticipants', request, parts);
  };
  const { items, nextCursor } = await listFitting(list);
  const totalSteps = 'totalSteps' in view ? view.totalSteps : Infinity;
  return { outcomes: items.map((item) => outcomeOf(item, totalSteps)), cursor: nextCursor };
}

interface Participant {
  readonly agentId: string;
  readonly outcome: string;
  readonly reason?: string | null;
  readonly data?: unknown;
  /** Of a tracker's. */
  readonly step?: number;
  /** Pending, but at the total of a tracker that its creator completes. */
  readonly done?: true | undefined;
}

function outcomeOf({ agentId, outcome, reason, data, step }: Participant, totalSteps: number): Participant {
  const done = outcome === 'pending' && step !== undefined && step >= totalSteps ? true : undefined;
  return definedOf({ agentId, outcome, step, done, reason: reason ?? undefined, data }) as unknown as Participant;
}

export const definedOf = (object: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** One line for each. */
export const describeOutcomes = ({ outcomes, cursor }: Outcomes): string =>
  outcomes
    .map(({ agentId, outcome, step, done, reason, data }) =>
      [
        `- ${agentId}: ${done ? 'done' : outcome}`,
        ...(step === undefined ? [] : [`step ${step}`]),
        ...(typeof reason === 'string' ? [`reason: ${JSON.stringify(reason)}`] : []),
        ...(data === undefined ? [] : [`data: ${JSON.stringify(data)}`]),
      ].join(', '),
    )
    .join('\n') + (cursor === null ? '' : `\nMore participants: call show_status with cursor "${cursor}".`);
