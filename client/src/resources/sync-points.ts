import type { ApiPromise } from '../api-promise.ts';
import { type SyncPointEnd, syncPointEnded } from '../ended.ts';
import { ConflictError } from '../errors.ts';
import { List } from '../list.ts';
import type { RequestOptions, Transport } from '../transport.ts';
import type {
  Arrival,
  ArrivalAnswer,
  Arrive,
  CreatedSyncPoint,
  CreateSyncPoint,
  End,
  Event,
  Excuse,
  ExcuseAnswer,
  Fail,
  FailureAnswer,
  Filter,
  MoveDeadline,
  Participant,
  QueryOf,
  SyncPoint,
} from '../types.ts';
import { type Awaited, waitFor, type WaitOptions } from '../wait.ts';

/** Barriers: named participants arrive, and it ends exactly once. */
export class SyncPoints {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Creates a sync point and tells its participants. The answer's `warnings` name participants that can't come.
   *
   * @example
   * const { id } = await muster.syncPoints.create({ name: 'Nightly', participants: ['builder', 'tester'] });
   */
  create(syncPoint: CreateSyncPoint, options?: RequestOptions): ApiPromise<CreatedSyncPoint> {
    return this.#transport.call('createSyncPoint', { body: syncPoint }, options);
  }

  /**
   * Lists those that this agent takes part in or has created; with `all`, for admins, everyone's.
   *
   * @example
   * for await (const point of muster.syncPoints.list({ status: ['waiting'] })) {
   *   console.log(point.id, point.missingParticipants);
   * }
   */
  list(filter?: Filter<'listSyncPoints'>, options?: RequestOptions): List<SyncPoint> {
    return List.of(this.#transport, 'listSyncPoints', { query: filter }, options);
  }

  /**
   * Reads one. With `wait`, seconds up to 20, it answers at the ending, or with `version` as soon as there is another.
   *
   * @example
   * const { status, missingParticipants } = await muster.syncPoints.get('nightly');
   */
  get(id: string, query?: QueryOf<'getSyncPoint'>, options?: RequestOptions): ApiPromise<SyncPoint> {
    return this.#transport.call('getSyncPoint', { path: { id }, query }, options);
  }

  /**
   * Moves the deadline, also nearer or away (null). For the creator and for admins.
   *
   * @example
   * await muster.syncPoints.move('nightly', { deadlineSeconds: 3_600 });
   */
  move(id: string, deadline: MoveDeadline, options?: RequestOptions): ApiPromise<SyncPoint> {
    return this.#transport.call('moveSyncPointDeadline', { path: { id }, body: deadline }, options);
  }

  /**
   * Arrives, with data if there is any. To wait for the others as well, use `arriveAndWait`.
   *
   * @example
   * const { status } = await muster.syncPoints.arrive('nightly', { data: { tests: 212 } });
   */
  arrive(
    id: string,
    { wait, ...arrival }: Arrive & QueryOf<'arriveAtSyncPoint'> = {},
    options?: RequestOptions,
  ): ApiPromise<ArrivalAnswer> {
    return this.#transport.call(
      'arriveAtSyncPoint',
      { path: { id }, query: wait === undefined ? {} : { wait }, body: arrival },
      options,
    );
  }

  /**
   * Lists who has arrived, in order of arrival, with data.
   *
   * @example
   * for await (const { agentId, data } of muster.syncPoints.arrivals('nightly')) console.log(agentId, data);
   */
  arrivals(id: string, filter?: Filter<'listArrivals'>, options?: RequestOptions): List<Arrival> {
    return List.of(this.#transport, 'listArrivals', { path: { id }, query: filter }, options);
  }

  /**
   * Says that this agent won't make it, and why.
   *
   * @example
   * await muster.syncPoints.fail('nightly', { reason: 'The compiler crashed', data: { exitCode: 139 } });
   */
  fail(id: string, failure: Fail = {}, options?: RequestOptions): ApiPromise<FailureAnswer> {
    return this.#transport.call('failAtSyncPoint', { path: { id }, body: failure }, options);
  }

  /**
   * Takes a pending participant off the list of those waited for. For the creator and for admins.
   *
   * @example
   * await muster.syncPoints.excuse('nightly', { agentId: 'linter', reason: 'Not needed today' });
   */
  excuse(id: string, excuse: Excuse, options?: RequestOptions): ApiPromise<ExcuseAnswer> {
    return this.#transport.call('excuseFromSyncPoint', { path: { id }, body: excuse }, options);
  }

  /**
   * Lists the participants with their outcomes, reasons and data.
   *
   * @example
   * for await (const { agentId, reason } of muster.syncPoints.participants('nightly', { outcome: 'failed' })) {
   *   console.log(agentId, reason);
   * }
   */
  participants(id: string, filter?: Filter<'listSyncPointParticipants'>, options?: RequestOptions): List<Participant> {
    return List.of(this.#transport, 'listSyncPointParticipants', { path: { id }, query: filter }, options);
  }

  /**
   * Lists what has happened here, oldest first.
   *
   * @example
   * for await (const { timestamp, type } of muster.syncPoints.events('nightly')) console.log(timestamp, type);
   */
  events(id: string, filter?: Filter<'listSyncPointEvents'>, options?: RequestOptions): List<Event> {
    return List.of(this.#transport, 'listSyncPointEvents', { path: { id }, query: filter }, options);
  }

  /**
   * Ends it as completed. For the creator and for admins.
   *
   * @example
   * await muster.syncPoints.complete('nightly', { reason: 'Good enough' });
   */
  complete(id: string, end: End = {}, options?: RequestOptions): ApiPromise<SyncPoint> {
    return this.#transport.call('completeSyncPoint', { path: { id }, body: end }, options);
  }

  /**
   * Ends it as cancelled. For the creator and for admins.
   *
   * @example
   * await muster.syncPoints.cancel('nightly', { reason: 'The release is off' });
   */
  cancel(id: string, end: End = {}, options?: RequestOptions): ApiPromise<SyncPoint> {
    return this.#transport.call('cancelSyncPoint', { path: { id }, body: end }, options);
  }

  /**
   * Ends it as failed. For the creator and for admins; a participant that can't go on says so with `fail`.
   *
   * @example
   * await muster.syncPoints.endAsFailed('nightly', { reason: 'The base image is broken' });
   */
  endAsFailed(id: string, end: End = {}, options?: RequestOptions): ApiPromise<SyncPoint> {
    return this.#transport.call('failSyncPoint', { path: { id }, body: end }, options);
  }

  /**
   * Waits until it has ended, however long that takes and also if the service is restarted meanwhile. Returns it with
   * everyone's outcomes and data.
   *
   * @throws SyncPointFailed, SyncPointExpired or SyncPointCancelled if it has ended so, unless
   * `throwUnlessCompleted: false` is given; TimeoutError at the limit, if one is given.
   *
   * @example
   * const { data } = await muster.syncPoints.wait('nightly', { timeout: 3_600_000, appearsWithinMs: 60_000 });
   *
   * @example
   * await muster.syncPoints.wait('nightly', { until: ({ arrivedParticipants }) => arrivedParticipants.length >= 2 });
   */
  async wait(id: string, options: WaitOptions = {}): Promise<SyncPointEnd> {
    return this.#wait(id, options);
  }

  /**
   * Arrives, with data if there is any, and waits for the others as `wait` does. If it has ended already, that is not
   * an error by itself: the ending decides, as in `wait`.
   *
   * @throws as `wait`; also ConflictError if this agent has arrived with other data, failed or been excused before
   *
   * @example
   * const { data } = await muster.syncPoints.arriveAndWait('nightly', { data: { tests: 212 } });
   * console.log(data.builder);
   */
  async arriveAndWait(
    id: string,
    { data, ...options }: WaitOptions & { readonly data?: unknown } = {},
  ): Promise<SyncPointEnd> {
    return this.#wait(id, options, async (wait, patience) => {
      try {
        return (await this.arrive(id, { wait, data }, patience)).syncPoint;
      } catch (error) {
        if (error instanceof ConflictError && ENDED.has(error.code)) return undefined;
        throw error;
      }
    });
  }

  #wait(
    id: string,
    options: WaitOptions,
    begin?: Awaited<SyncPoint, Participant, SyncPointEnd>['begin'],
  ): Promise<SyncPointEnd> {
    return waitFor(
      this.#transport.clock,
      {
        called: `Sync point ${id}`,
        notFound: 'sync-point.not-found',
        ...(begin && { begin }),
        read: (query, patience) => this.get(id, query, patience),
        participants: (patience) => this.participants(id, { limit: 100 }, patience),
        endOf: (syncPoint, outcomes): SyncPointEnd => ({ syncPoint, ...outcomes }),
        errorOf: syncPointEnded,
      },
      options,
    );
  }
}

/** It had ended before the arrival. */
const ENDED: ReadonlySet<string | undefined> = new Set(['sync-point.not-waiting', 'sync-point.expired']);
