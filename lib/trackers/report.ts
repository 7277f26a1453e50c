import { isoTime } from '../common/clock';
import { busy, invalid, MusterError } from '../common/errors';
import type { Caller } from '../http/caller';
import { discardAttempt, isRefusal, readDetails, sameData, storeAttempt } from '../rosters/details';
import type { Entry } from '../rosters/entry';
import { statusAfter } from '../rosters/outcomes';
import { type Seen, writeOwnPage } from '../rosters/own-page';
import { entryOn, isClosed, type Page, type Rule, type Terms } from '../rosters/page';
import { pageFromItem, reachesOf, repeatParams, reportParams } from '../rosters/page-writes';
import { statusOf } from '../rosters/roster';
import type { RosterService } from '../rosters/service';
import { loadSettled } from '../rosters/settle';
import { pageKey } from '../table/keys';
import { getItem } from '../table/table';
import { overallStepOf, type TrackerStatus } from './tracker';
import type { ReportAnswer, ReportProgress } from './routes';

/** A report that was accepted, now or as the repeat of an earlier one. */
interface Accepted extends Seen {
  readonly kind: 'accepted' | 'repeated';
}

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
  const attempt = await storeAttempt(service, { kind: 'PT', id, agentId }, { data });
  let triedRepeat = false;
  // Of an entry at the same step: whether its data is another.
  let other: { readonly entry: Entry; readonly data: boolean } | null = null;
  try {
    const accepted = await writeOwnPage<Accepted>(
      service,
      caller,
      { id, agentId },
      {
        entryOn: (page) => entryOn(page, agentId),
        params: (seen, nowMs) => {
          const creator = creatorIn(seen ? seen.page.overall : rosters.get(id)?.creator, agentId);
          const overall = creator !== null;
          const terms = seen?.page ?? rosters.get(id) ?? NOTHING_KNOWN;
          const reaches = reachesOf(step, terms, creator);
          const sameStep = seen && other?.entry === seen.entry ? seen.entry : null;
          const isRepeat = sameStep !== null && other?.data === false;
          triedRepeat = isRepeat && reaches !== 'ending' && reaches !== 'arrival';
          if (sameStep && triedRepeat) return repeatParams(agentId, sameStep, overall, nowMs);
          const expected = isRepeat ? undefined : ifStep;
          const atMs = attempt.storedAtMs ?? nowMs;
          const report = { agentId, step, atMs, ifStep: expected, overall, reaches, known: sameStep };
          return reportParams(report, nowMs);
        },
        resultOf: async ({ applied, page, entry }) => {
          if (applied) return { kind: triedRepeat ? 'repeated' : 'accepted', page, entry };
          // Hardly any other report has the time of its data: our own write, repeated by the SDK after a lost answer.
          const { storedAtMs } = attempt;
          if (entry.step === step && storedAtMs !== null && entry.reportedAtMs === storedAtMs)
            return { kind: 'accepted', page, entry };
          const isRepeat =
            entry.reportedAtMs !== null &&
            entry.step === step &&
            (data === undefined || (await hasData(service, id, { agentId, atMs: entry.reportedAtMs }, data)));
          // Also after the end: the answer to the first may have been lost.
          if (isRepeat && (entry.outcome === 'arrived' || isClosed(page))) return { kind: 'repeated', page, entry };
          if (entry.outcome !== 'pending') throw refusedBy(id, agentId, entry);
          if (isClosed(page)) return null;
          const refusal = refusalOf({ step, ifStep: isRepeat ? undefined : ifStep }, entry, page);
          if (refusal) throw refusal;
          if (entry.reportedAtMs !== null && entry.step === step) other = { entry, data: !isRepeat };
          return null;
        },
      },
    );
    const { kind, entry } = accepted;
    if (kind === 'repeated') await discardAttempt(table, attempt);
    const { currentStep, status } = await standing(service, id, accepted);
    const reportedAt = isoTime(entry.reportedAtMs ?? 0);
    return { trackerId: id, agentId, step, currentStep, status, repeated: kind === 'repeated', reportedAt };
  } catch (error) {
    if (isRefusal(error)) await discardAttempt(table, attempt);
    throw error;
  }
}

/** Nothing is above an unknown total, so the first try takes the step for one below it. */
const NOTHING_KNOWN: { readonly rule: Rule; readonly terms: Terms } = {
  rule: { quorum: null, endWhen: 'decided', creatorDecides: true },
  terms: { deadlineMs: null, totalSteps: null },
};

type Creator = { readonly participates: boolean } | null;

const creatorIn = (known: ({ readonly agentId: string } & NonNullable<Creator>) | null | undefined, agentId: string) =>
  known?.agentId === agentId ? known : null;

/** Whether the latest report of an agent had this data. 1 read unit per 4 KB. */
async function hasData(
  { table }: RosterService,
  id: string,
  report: { readonly agentId: string; readonly atMs: number },
  data: unknown,
): Promise<boolean> {
  const json = (await readDetails(table, { kind: 'PT', id }, [report]))(report)?.json;
  return sameData(json, data);
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

/** Why a report cannot be accepted while the tracker is active; null if another attempt can succeed. */
function refusalOf(
  { step, ifStep }: { readonly step: number; readonly ifStep: number | undefined },
  current: Entry,
  { terms, monotonic }: Page,
): MusterError | null {
  const totalSteps = terms.totalSteps ?? 0;
  if (step > totalSteps) {
    return invalid('#/step', `must be at most ${totalSteps}, the totalSteps of this tracker; received ${step}`);
  }
  const extensions = { actualStep: current.step };
  if (ifStep !== undefined && ifStep !== current.step) {
    const detail = `The current step is ${current.step}, not ${ifStep}.`;
    return new MusterError('progress-tracker.step-mismatch', detail, { extensions });
  }
  if (monotonic && step < current.step) {
    const detail = `The current step is ${current.step}; it cannot go back to ${step}.`;
    return new MusterError('progress-tracker.step-went-back', detail, { extensions });
  }
  return null;
}

/**
 * The overall step and the status after a report. An ending must not be visible before every page refuses reports, so
 * whoever finds one carries it on.
 */
async function standing(
  service: RosterService<'PT'>,
  id: string,
  { kind, page, entry }: Accepted,
): Promise<{ currentStep: number; status: TrackerStatus }> {
  const first = page.overall ? page : await readFirstPage(service, id);
  if (isClosed(page) || isClosed(first) || (kind === 'repeated' && entry.outcome === 'arrived')) {
    const roster = await loadSettled(service, { kind: 'PT', id });
    if (!roster) throw busy(`Progress tracker "${id}" was removed at this moment; try again.`);
    return { currentStep: overallStepOf(roster.pages), status: statusOf(roster) as TrackerStatus };
  }
  const status =
    entry.outcome === 'arrived' ? await statusAfter(service, id, { page, entry, repeated: false }) : 'active';
  return { currentStep: overallStepOf([first]), status: status as TrackerStatus };
}

/** Half a read unit: a slightly outdated overall step is good enough. */
async function readFirstPage({ table }: RosterService, id: string): Promise<Page> {
  const item = await getItem(table, pageKey('PT', id, 0), { consistent: false });
  if (!item) throw busy(`Progress tracker "${id}" was removed at this moment; try again.`);
  return pageFromItem(item);
}
