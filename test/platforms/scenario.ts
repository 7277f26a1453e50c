/**
 * What an agent does with the client, on whatever platform runs this. It knows web globals and the client only, is
 * compiled to JavaScript, and imports the package as it would be published.
 */
import { ConnectionError, Muster, NotFoundError, SyncPointFailed, TimeoutError } from '@muster/client';

/** Where the scenario is played. */
export interface Surroundings {
  readonly url: string;
  readonly adminToken: string;
  /** An address that nobody listens on. */
  readonly closedUrl: string;
}

/** What comes of it. */
export interface Report {
  /** Of the platform, in its own words. */
  readonly version: string;
  readonly passed: readonly string[];
  /** Undefined if all went well. */
  readonly failure?: string;
}

function same(actual: unknown, expected: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`it is ${is}, and should be ${should}`);
}

/** What the work throws; if it throws nothing, that is the error. */
async function thrownBy(work: PromiseLike<unknown>): Promise<unknown> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error(`it returned ${JSON.stringify(outcome.value)} and should have thrown`);
}

/** The admin registers two agents, which do the rest. */
export async function play(version: string, { url, adminToken, closedUrl }: Surroundings): Promise<Report> {
  const passed: string[] = [];
  const admin = new Muster({ url, token: adminToken });
  const run = globalThis.crypto.randomUUID().slice(0, 8);
  const ids = [`builder-${run}`, `tester-${run}`] as const;
  const agent = async (id: string): Promise<Muster> => {
    const { token } = await admin.agents.register({ id, name: id });
    return new Muster({ url, token });
  };

  const check = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw new Error(`${name}: ${String(error)}`, { cause: error });
    }
    passed.push(name);
  };

  try {
    await check('whoAmI', async () => {
      same((await admin.whoAmI()).role, 'admin');
    });
    const [builder, tester] = [await agent(ids[0]), await agent(ids[1])];
    const create = async (): Promise<string> =>
      (await builder.syncPoints.create({ name: 'Platform', participants: [...ids] })).id;

    await check('arriveAndWait of two', async () => {
      const id = await create();
      const ends = await Promise.all([
        builder.syncPoints.arriveAndWait(id, { data: { build: 'é€😀' } }),
        tester.syncPoint(id).arriveAndWait({ data: { tests: 212 } }),
      ]);
      for (const { data } of ends) {
        same([data[ids[0]], data[ids[1]]], [{ build: 'é€😀' }, { tests: 212 }]);
      }
    });
    await check('a failure has its class', async () => {
      const id = await create();
      const [error] = await Promise.all([
        thrownBy(builder.syncPoints.arriveAndWait(id)),
        tester.syncPoints.fail(id, { reason: 'The compiler crashed' }),
      ]);
      same(error instanceof SyncPointFailed && error.end.syncPoint.failedParticipants, [ids[1]]);
    });
    await check('what does not exist is a NotFoundError', async () => {
      const error = await thrownBy(builder.syncPoints.get('nowhere'));
      same(error instanceof NotFoundError && [error.status, error.code], [404, 'sync-point.not-found']);
    });
    await check('a refused connection is a ConnectionError', async () => {
      const error = await thrownBy(new Muster({ url: closedUrl, maxRetries: 0 }).health());
      same(error instanceof ConnectionError, true);
    });
    await check('a limit is a TimeoutError', async () => {
      const error = await thrownBy(builder.syncPoints.wait(await create(), { timeout: 200 }));
      same(error instanceof TimeoutError, true);
    });
    await check('a signal ends a request under way with its reason', async () => {
      const reason = new Error('enough');
      const stop = new AbortController();
      const fetch: typeof globalThis.fetch = (...args) => {
        const answer = globalThis.fetch(...args);
        stop.abort(reason);
        return answer;
      };
      const impatient = new Muster({ url, token: adminToken, fetch });
      same((await thrownBy(impatient.inbox.list({ wait: 20 }, { signal: stop.signal }))) === reason, true);
    });
    await check('listen and acknowledge', async () => {
      const { id } = await builder.messages.send({ recipients: [ids[1]], content: { type: 'HELLO' } });
      for await (const message of tester.inbox.listen({ type: 'HELLO' })) {
        same(message.id, id);
        await message.ack({ read: true });
        break;
      }
      same((await builder.messages.get(id)).recipients[0]?.data, { read: true });
    });
    await check('track what is iterated over', async () => {
      const { id } = await builder.trackers.create({
        name: 'Import',
        totalSteps: 3,
        completeWhen: 'everyone',
        participants: [ids[1]],
      });
      const seen: number[] = [];
      for await (const item of tester.trackers.track(id).wrap([1, 2, 3])) seen.push(item);
      same([seen, (await builder.trackers.wait(id)).tracker.status], [[1, 2, 3], 'completed']);
    });
    await check('presence', async () => {
      const presence = await builder.presence.keep();
      same((await admin.agents.get(ids[0])).presence?.status, 'present');
      await presence.stop();
      same((await admin.agents.get(ids[0])).presence, null);
    });
    await check('a list over its pages', async () => {
      const own: string[] = [];
      for await (const { id } of admin.agents.list({ limit: 1 })) if (id.endsWith(run)) own.push(id);
      same(own, ids);
    });
    await check('withResponse has status and request id', async () => {
      const { data, response } = await builder.whoAmI().withResponse();
      same([data.id, response.status, typeof response.requestId], [ids[0], 200, 'string']);
    });
    return { version, passed };
  } catch (error) {
    return { version, passed, failure: error instanceof Error ? error.message : String(error) };
  }
}
