import { isoTime } from '../common/clock';
import { busy, invalid, MusterError } from '../common/errors';
import type { Caller } from '../http/caller';
import { readDetailsOf, sameData } from '../rosters/details';
import type { Entry } from '../rosters/entry';
import { statusAfter } from '../rosters/outcomes';
import { type Accepted, writeOwnPage } from '../rosters/own-page';
import { entryOn, isClosed, type Page } from '../rosters/page';
import { pageFromItem, reachesOf, repeatParams, reportParams } from '../rosters/page-writes';
import { statusOf } from '../rosters/roster';
import type { RosterService } from '../rosters/service';
import { loadSettled } from '../rosters/settle';
import { pageKey } from '../table/keys';
import { getItem } from '../table/table';
import { overallStepOf, type TrackerStatus } from './tracker';
import type { ReportAnswer, ReportProgress } from './routes';

/**
 * Records a report: one conditional write of the page of the participant or, for the creator, of the first page, which
 * has the overall step. With data, one put comes first. 1 write unit, and 1 per KB of data; half a read unit for the
 * overall step. A report that repeats the last one is a sign of life: 1 write unit more, for the try that was refused.
 *
 * The last step of the creator completes the tracker (`completeWhen: creator`). Where everyone must reach the total,
 * reaching it is an arrival.
 *
 * @throws MusterError as writeOwnPage, and `progress-tracker.finished`, `.failed-otherwise`, `.excused`,
 *   `.step-mismatch`, `.step-went-back`, `request.invalid` for a step above the total.
 */
export async function reportProgress(
  service: RosterService<'PT'>,
  caller: Caller,
  id: string,
  { step, data, ifStep }: ReportProgress,
): Promise<ReportAnswer> {
  const { table, rosters } = service;
  const { agentId } = caller;
  const accepted = await writeOwnPage(
    service,
    caller,
    { id, agentId, details: { data } },
    {
      entryOn: (page) => entryOn(page, agentId),
      next: async (seen, storedAtMs) => {
        const repeats = seen?.entry.step === step ? seen.entry.reportedAtMs : null;
        // Hardly any other report has the time of its data: our own write, repeated by the SDK after a lost answer.
        if (seen && repeats !== null && repeats === storedAtMs) return { ...seen, repeated: false };
        const isRepeat =
          repeats !== null &&
          (data === undefined ||
            sameData((await readDetailsOf(table, { kind: 'PT', id }, { agentId, atMs: repeats }))?.json, data));
        const expected = isRepeat ? undefined : ifStep;
        if (seen) {
          const { page, entry } = seen;
          // Also after the end: the answer to the first may have been lost.
          if (isRepeat && (entry.outcome === 'arrived' || isClosed(page))) return { ...seen, repeated: true };
          if (entry.outcome !== 'pending') throw refusedBy(id, agentId, entry);
          if (!isClosed(page)) requireAllowed({ step, ifStep: expected }, entry, page);
        }
        const known = seen?.page ?? rosters.get(id);
        const creator = known?.overall?.agentId === agentId ? known.overall : null;
        // Nothing is above an unknown total, so the first try takes the step for one below it.
        const reaches = known ? reachesOf(step, known, creator) : 'below';
        const own = { agentId, overall: creator !== null };
        if (seen && isRepeat && (reaches === 'below' || reaches === 'nothing')) {
          return { write: (nowMs) => repeatParams({ ...own, known: seen.entry }, nowMs), repeated: true };
        }
        const report = { ...own, step, ifStep: expected, reaches, known: seen && repeats !== null ? seen.entry : null };
        return { write: (nowMs) => reportParams({ ...report, atMs: storedAtMs ?? nowMs }, nowMs), repeated: false };
      },
    },
  );
  const { currentStep, status } = await standing(service, id, accepted);
  const reportedAt = isoTime(accepted.entry.reportedAtMs ?? 0);
  return { trackerId: id, agentId, step, currentStep, status, repeated: accepted.repeated, reportedAt };
}

/** Why somebody whose outcome is known cannot report any more. */
function refusedBy(id: string, agentId: string, { outcome, step }: Entry): MusterError {
  const extensions = { actualStep: step };
  switch (outcome) {
    case 'arrived':
      return new MusterError(
        'progress-tracker.finished',
        `"${agentId}" has reached the total of progress tracker "${id}", so it cannot report again.`,
        { extensions },
      );
    case 'excused':
      return new MusterError('progress-tracker.excused', `"${agentId}" was excused from progress tracker "${id}".`);
    default:
      return new MusterError(
        'progress-tracker.failed-otherwise',
        `"${agentId}" has already failed at progress tracker "${id}"; that cannot be changed.`,
      );
  }
}

/** @throws MusterError if no attempt can succeed although the tracker is active. */
function requireAllowed(
  { step, ifStep }: { readonly step: number; readonly ifStep: number | undefined },
  current: Entry,
  { terms, monotonic }: Page,
): void {
  const totalSteps = terms.totalSteps ?? 0;
  if (step > totalSteps) {
    throw invalid('#/step', `must be at most ${totalSteps}, the totalSteps of this tracker; received ${step}`);
  }
  const extensions = { actualStep: current.step };
  if (ifStep !== undefined && ifStep !== current.step) {
    const detail = `The current step is ${current.step}, not ${ifStep}.`;
    throw new MusterError('progress-tracker.step-mismatch', detail, { extensions });
  }
  if (monotonic && step < current.step) {
    const detail = `The current step is ${current.step}; it cannot go back to ${step}.`;
    throw new MusterError('progress-tracker.step-went-back', detail, { extensions });
  }
}

/**
 * The overall step and the status after a report. An ending must not be visible before every page refuses reports, so
 * whoever finds one carries it on.
 */
async function standing(
  service: RosterService<'PT'>,
  id: string,
  { page, entry, repeated }: Accepted,
): Promise<{ currentStep: number; status: TrackerStatus }> {
  const first = page.overall ? page : await readFirstPage(service, id);
  if (isClosed(page) || isClosed(first) || (repeated && entry.outcome === 'arrived')) {
    const roster = await loadSettled(service, { kind: 'PT', id });
    if (!roster) throw busy(`Progress tracker "${id}" was removed at this moment; try again.`);
    return { currentStep: overallStepOf(roster.pages), status: statusOf(roster) as TrackerStatus };
  }
  const status = entry.outcome === 'arrived' ? await statusAfter(service, id, { page, entry, repeated }) : 'active';
  return { currentStep: overallStepOf([first]), status: status as TrackerStatus };
}

/** Half a read unit: a slightly outdated overall step is good enough. */
async function readFirstPage({ table }: RosterService, id: string): Promise<Page> {
  const item = await getItem(table, pageKey('PT', id, 0), { consistent: false });
  if (!item) throw busy(`Progress tracker "${id}" was removed at this moment; try again.`);
  return pageFromItem(item);
}
