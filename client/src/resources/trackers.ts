import type { ApiPromise } from '../api-promise.ts';
import { type TrackerEnd, trackerEnded } from '../ended.ts';
import { List } from '../list.ts';
import { Track, type TrackOptions } from '../track.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type {
  ChangeProgressTracker,
  CreatedProgressTracker,
  CreateProgressTracker,
  End,
  Event,
  Excuse,
  Fail,
  Filter,
  ProgressTracker,
  QueryOf,
  Report,
  ReportAnswer,
  ReportProgress,
  TrackerExcuseAnswer,
  TrackerFailureAnswer,
  TrackerParticipant,
} from '../types.ts';
import { waitFor, type WaitOptions } from '../wait.ts';

/** How far each participant is, and the whole. */
export class Trackers {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a progress tracker and tells its participants. It completes when everyone has reached the total, if
   * `completeWhen` is `everyone`; by default, when its creator reports the total.
   *
   * @example
   * const { id } = await muster.trackers.create({
   *   name: 'Import',
   *   totalSteps: 3,
   *   participants: ['loader'],
   *   completeWhen: 'everyone',
   * });
   */
  create(tracker: CreateProgressTracker, options?: RequestOptions): ApiPromise<CreatedProgressTracker> {
    return this.#transport.call('createProgressTracker', { body: tracker }, options);
  }

  /**
   * Lists those that this agent takes part in or has created; with `all`, for admins, everyone's.
   *
   * @example
   * for await (const tracker of muster.trackers.list({ status: ['active'] })) {
   *   console.log(tracker.id, tracker.missingParticipants);
   * }
   */
  list(filter?: Filter<'listProgressTrackers'>, options?: RequestOptions): List<ProgressTracker> {
    return List.of(this.#transport, 'listProgressTrackers', { query: filter }, options);
  }

  /**
   * Reads one. With `wait`, seconds up to 20, it answers at the ending, or with `version` as soon as there is another.
   *
   * @example
   * const { status, missingParticipants } = await muster.trackers.get('import');
   */
  get(id: string, query?: QueryOf<'getProgressTracker'>, options?: RequestOptions): ApiPromise<ProgressTracker> {
    return this.#transport.call('getProgressTracker', { path: { id }, query }, options);
  }

  /**
   * Changes the deadline or the total. For the creator and for admins.
   *
   * @example
   * await muster.trackers.change('import', { totalSteps: 4 });
   */
  change(id: string, changes: ChangeProgressTracker, options?: RequestOptions): ApiPromise<ProgressTracker> {
    return this.#transport.call('changeProgressTracker', { path: { id }, body: changes }, options);
  }

  /**
   * Reports the step that this agent has reached. For many reports, `track` sends them at most so often.
   *
   * @example
   * const { currentStep } = await muster.trackers.report('import', { step: 1, data: { rows: 4_000 } });
   */
  report(id: string, report: ReportProgress, options?: RequestOptions): ApiPromise<ReportAnswer> {
    return this.#transport.call('reportProgress', { path: { id }, body: report }, options);
  }

  /**
   * Reports of this agent, sent at most so often: of those meanwhile, the latest.
   *
   * @example
   * const track = muster.trackers.track('import');
   * await track.wrap(files, async (file) => load(file));
   */
  track(id: string, options?: TrackOptions): Track {
    return new Track(this.#transport, id, options);
  }

  /**
   * Lists the reports, oldest first, with data.
   *
   * @example
   * for await (const { agentId, step } of muster.trackers.reports('import')) console.log(agentId, step);
   */
  reports(id: string, filter?: Filter<'listReports'>, options?: RequestOptions): List<Report> {
    return List.of(this.#transport, 'listReports', { path: { id }, query: filter }, options);
  }

  /**
   * Says that this agent won't make it, and why.
   *
   * @example
   * await muster.trackers.fail('import', { reason: 'The compiler crashed', data: { exitCode: 139 } });
   */
  fail(id: string, failure: Fail = {}, options?: RequestOptions): ApiPromise<TrackerFailureAnswer> {
    return this.#transport.call('failAtProgressTracker', { path: { id }, body: failure }, options);
  }

  /**
   * Takes a pending participant off the list of those waited for. For the creator and for admins.
   *
   * @example
   * await muster.trackers.excuse('import', { agentId: 'linter', reason: 'Not needed today' });
   */
  excuse(id: string, excuse: Excuse, options?: RequestOptions): ApiPromise<TrackerExcuseAnswer> {
    return this.#transport.call('excuseFromProgressTracker', { path: { id }, body: excuse }, options);
  }

  /**
   * Lists the participants with their outcomes, reasons and data.
   *
   * @example
   * for await (const { agentId, reason } of muster.trackers.participants('import', { outcome: 'failed' })) {
   *   console.log(agentId, reason);
   * }
   */
  participants(
    id: string,
    filter?: Filter<'listProgressTrackerParticipants'>,
    options?: RequestOptions,
  ): List<TrackerParticipant> {
    return List.of(this.#transport, 'listProgressTrackerParticipants', { path: { id }, query: filter }, options);
  }

  /**
   * Lists what has happened here, oldest first.
   *
   * @example
   * for await (const { timestamp, type } of muster.trackers.events('import')) console.log(timestamp, type);
   */
  events(id: string, filter?: Filter<'listProgressTrackerEvents'>, options?: RequestOptions): List<Event> {
    return List.of(this.#transport, 'listProgressTrackerEvents', { path: { id }, query: filter }, options);
  }

  /**
   * Ends it as completed. For the creator and for admins.
   *
   * @example
   * await muster.trackers.complete('import', { reason: 'Good enough' });
   */
  complete(id: string, end: End = {}, options?: RequestOptions): ApiPromise<ProgressTracker> {
    return this.#transport.call('completeProgressTracker', { path: { id }, body: end }, options);
  }

  /**
   * Ends it as cancelled. For the creator and for admins.
   *
   * @example
   * await muster.trackers.cancel('import', { reason: 'The release is off' });
   */
  cancel(id: string, end: End = {}, options?: RequestOptions): ApiPromise<ProgressTracker> {
    return this.#transport.call('cancelProgressTracker', { path: { id }, body: end }, options);
  }

  /**
   * Ends it as failed. For the creator and for admins; a participant that can't go on says so with `fail`.
   *
   * @example
   * await muster.trackers.endAsFailed('import', { reason: 'The base image is broken' });
   */
  endAsFailed(id: string, end: End = {}, options?: RequestOptions): ApiPromise<ProgressTracker> {
    return this.#transport.call('failProgressTracker', { path: { id }, body: end }, options);
  }

  /**
   * Waits until it has ended, however long that takes and also if the service is restarted meanwhile. Returns it with
   * everyone's outcomes and data.
   *
   * @throws TrackerFailed, TrackerExpired or TrackerCancelled if it has ended so, unless `throwUnlessCompleted: false`
   * is given; TimeoutError at the limit, if one is given.
   *
   * @example
   * const { tracker, data } = await muster.trackers.wait('import', { timeout: 3_600_000 });
   *
   * @example
   * await muster.trackers.wait('import', { until: ({ percent }) => percent >= 50 });
   */
  async wait(id: string, options: WaitOptions<ProgressTracker> = {}): Promise<TrackerEnd> {
    return waitFor(
      this.#transport.clock,
      {
        called: `Progress tracker ${id}`,
        notFound: 'progress-tracker.not-found',
        read: (query, patience) => this.get(id, query, patience),
        participants: (patience) => this.participants(id, { limit: 100 }, patience),
        endOf: (tracker, outcomes): TrackerEnd => ({ tracker, ...outcomes }),
        errorOf: trackerEnded,
      },
      options,
    );
  }
}
