import { describe, expect, test } from '@jest/globals';
import { type ListenedMessage, MusterError, PermissionDeniedError } from '../src/index.ts';
import { FakeInbox, problem } from './support/fake-inbox.ts';

/** A promise to be settled from outside. */
function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Collects ids until so many have come, then aborts within the body of the last. */
async function collect(inbox: FakeInbox, count: number, body: (message: ListenedMessage) => unknown = () => undefined) {
  const ids: string[] = [];
  for await (const message of inbox.muster.inbox.listen()) {
    if (ids.length === count) break;
    ids.push(message.id);
    await body(message);
  }
  return ids;
}

describe('listen', () => {
  test('yields the most urgent first and acknowledges each when the next is asked for', async () => {
    const inbox = new FakeInbox();
    inbox.add('low', 'LOW');
    inbox.add('high', 'HIGH');
    inbox.add('medium');
    const seen: [string, string[]][] = [];
    const stop = new AbortController();
    for await (const { id } of inbox.muster.inbox.listen({ signal: stop.signal })) {
      seen.push([id, [...inbox.acknowledged.keys()]]);
      if (id === 'low') stop.abort();
    }
    expect(seen).toEqual([
      ['high', []],
      ['medium', ['high']],
      ['low', ['high', 'medium']],
    ]);
    // The body of this one had not ended when the signal came.
    expect(inbox.acknowledged.has('low')).toBe(false);
    expect(inbox.looks).toBe(1);
  });

  test('waits for a message with a long poll, and ends without an error when the signal comes meanwhile', async () => {
    const inbox = new FakeInbox();
    const stop = new AbortController();
    const ids: string[] = [];
    const listening = (async () => {
      for await (const { id } of inbox.muster.inbox.listen({ signal: stop.signal })) ids.push(id);
    })();
    await inbox.clock.advance(10_000);
    expect(inbox.looks).toBe(1);
    inbox.add('late');
    await inbox.clock.advance(0);
    expect(ids).toEqual(['late']);
    expect(inbox.acknowledged.has('late')).toBe(true);
    expect(inbox.polls).toBe(1);
    stop.abort();
    await listening;
    expect(inbox.clock.limits).toBe(0);
  });

  test('a signal that has been given before asks for nothing', async () => {
    const inbox = new FakeInbox();
    for await (const { id } of inbox.muster.inbox.listen({ signal: AbortSignal.abort() })) throw new Error(id);
    expect(inbox.asked).toEqual([]);
  });

  test('does not acknowledge a message whose body threw, nor one that the loop was left at', async () => {
    const inbox = new FakeInbox();
    inbox.add('m-1');
    const failing = collect(inbox, 2, () => {
      throw new Error('the body');
    });
    await expect(failing).rejects.toThrow('the body');
    for await (const { id } of inbox.muster.inbox.listen()) {
      expect(id).toBe('m-1');
      break;
    }
    expect([...inbox.acknowledged.keys()]).toEqual([]);
  });

  test('sends an acknowledgement with data once, and none after it', async () => {
    const inbox = new FakeInbox();
    inbox.add('m-1');
    inbox.add('m-2');
    await collect(inbox, 1, (message) => message.ack({ approved: true }));
    expect(inbox.acknowledged).toEqual(new Map([['m-1', { approved: true }]]));
    expect(inbox.asked.filter((asked) => asked.endsWith('/ack'))).toEqual(['POST /v1/inbox/m-1/ack']);
  });

  test('an acknowledgement that fails is repeated, until it is recorded, before the next message', async () => {
    const inbox = new FakeInbox();
    inbox.add('m-1');
    inbox.add('m-2');
    let failures = 0;
    inbox.instead = (asked) => {
      if (!asked.endsWith('/ack') || failures === 9) return undefined;
      failures += 1;
      return failures % 2 === 0 ? problem(503, 'store.busy') : new TypeError('fetch failed');
    };
    const collecting = collect(inbox, 1);
    await inbox.clock.advance(120_000);
    expect(await collecting).toEqual(['m-1']);
    expect([failures, [...inbox.acknowledged.keys()]]).toEqual([9, ['m-1']]);
  });

  test('what has been removed meanwhile needs no acknowledgement', async () => {
    const inbox = new FakeInbox();
    inbox.add('m-1');
    inbox.add('m-2');
    inbox.instead = (asked) => {
      if (asked !== 'POST /v1/inbox/m-1/ack') return undefined;
      inbox.acknowledged.set('m-1', 'expired');
      return problem(404, 'message.not-found');
    };
    expect(await collect(inbox, 1)).toEqual(['m-1']);
  });

  test('throws what the service refuses', async () => {
    const inbox = new FakeInbox();
    inbox.instead = () => problem(403, 'auth.forbidden');
    await expect(collect(inbox, 1)).rejects.toThrow(PermissionDeniedError);
  });

  test('asks again after a second, so that something more urgent goes first', async () => {
    const inbox = new FakeInbox();
    inbox.add('first');
    inbox.add('last');
    inbox.add('unread', 'LOW');
    const ids = await collect(inbox, 3, async ({ id }) => {
      if (id !== 'first') return;
      inbox.add('urgent', 'HIGH');
      await inbox.clock.advance(1_000);
    });
    expect(ids).toEqual(['first', 'urgent', 'last']);
  });

  test('does not yield a message twice that it is told not to acknowledge, and looks for others each second', async () => {
    const inbox = new FakeInbox();
    for (let index = 0; index < 120; index += 1) inbox.add(`m-${index}`);
    const stop = new AbortController();
    const ids: string[] = [];
    const listening = (async () => {
      for await (const { id } of inbox.muster.inbox.listen({ signal: stop.signal, ack: false })) ids.push(id);
    })();
    await inbox.clock.sleeping();
    const looks = inbox.looks;
    await inbox.clock.advance(10_000);
    // Two pages each time.
    expect(inbox.looks - looks).toBe(20);
    inbox.add('new', 'LOW');
    await inbox.clock.advance(1_000);
    stop.abort();
    await listening;
    expect(ids).toHaveLength(121);
    expect(new Set(ids).size).toBe(121);
    expect(ids.at(-1)).toBe('new');
    expect(inbox.acknowledged.size).toBe(0);
  });

  test('asks at most once a second where something in between answers at once that there is nothing', async () => {
    const inbox = new FakeInbox();
    inbox.instead = () => Response.json({ items: [], nextCursor: null });
    const stop = new AbortController();
    const listening = (async () => {
      for await (const { id } of inbox.muster.inbox.listen({ signal: stop.signal })) throw new Error(id);
    })();
    await inbox.clock.advance(10_000);
    stop.abort();
    await listening;
    expect(inbox.looks).toBe(11);
  });

  test('filters by type and priority', async () => {
    const inbox = new FakeInbox();
    inbox.add('other', 'HIGH', 'OTHER');
    inbox.add('low', 'LOW');
    inbox.add('wanted', 'HIGH');
    for await (const { id } of inbox.muster.inbox.listen({ type: 'WORK', priority: 'HIGH' })) {
      expect(id).toBe('wanted');
      break;
    }
  });
});

describe('handle', () => {
  test('works on as many at once as allowed, takes new ones meanwhile, each once', async () => {
    const inbox = new FakeInbox();
    for (let index = 0; index < 5; index += 1) inbox.add(`m-${index}`);
    const running = new Map<string, () => void>();
    const started: string[] = [];
    let most = 0;
    const stop = new AbortController();
    const handling = inbox.muster.inbox.handle(
      async ({ id }) => {
        const { promise, resolve } = deferred();
        started.push(id);
        running.set(id, resolve);
        most = Math.max(most, running.size);
        await promise;
        running.delete(id);
        return { did: id };
      },
      { concurrency: 3, signal: stop.signal },
    );
    const finish = async (id: string): Promise<void> => {
      running.get(id)?.();
      await inbox.clock.advance(0);
    };
    await inbox.clock.advance(0);
    expect(started).toEqual(['m-0', 'm-1', 'm-2']);
    await finish('m-1');
    await finish('m-0');
    expect(started).toEqual(['m-0', 'm-1', 'm-2', 'm-3', 'm-4']);
    await finish('m-2');
    await finish('m-3');
    expect(running.size).toBe(1);

    // Nothing but m-4, which is under way: one look each second.
    const looks = inbox.looks;
    await inbox.clock.advance(5_000);
    expect(inbox.looks - looks).toBe(5);
    inbox.add('urgent', 'HIGH');
    await inbox.clock.advance(1_000);
    expect(started.at(-1)).toBe('urgent');
    await finish('urgent');
    await finish('m-4');
    expect(inbox.polls).toBe(1);
    stop.abort();
    await handling;
    expect(most).toBe(3);
    expect(started).toHaveLength(6);
    expect(inbox.acknowledged.get('m-4')).toEqual({ did: 'm-4' });
    expect(inbox.acknowledged.size).toBe(6);
  });

  test('a message that is acknowledged while the inbox is being read is not taken again', async () => {
    const inbox = new FakeInbox();
    inbox.add('m-1');
    const { promise, resolve } = deferred();
    const held = deferred();
    const handled: string[] = [];
    let looks = 0;
    inbox.instead = async (asked) => {
      if (!asked.startsWith('GET') || (looks += 1) !== 2) return undefined;
      // Was read before the acknowledgement, and arrives after it.
      await held.promise;
      const item = { id: 'm-1', priority: 'LOW', content: { type: 'WORK' } };
      return Response.json({ items: [item], nextCursor: null });
    };
    const stop = new AbortController();
    const handling = inbox.muster.inbox.handle(
      async ({ id }) => {
        handled.push(id);
        await promise;
      },
      { concurrency: 2, signal: stop.signal },
    );
    await inbox.clock.advance(0);
    expect(looks).toBe(2);
    resolve();
    await inbox.clock.advance(0);
    expect(inbox.acknowledged.has('m-1')).toBe(true);
    held.resolve();
    await inbox.clock.advance(3_000);
    expect(handled).toEqual(['m-1']);
    stop.abort();
    await handling;
  });

  test('without onError, the first error ends it when those under way have finished', async () => {
    const inbox = new FakeInbox();
    for (const id of ['slow', 'bad', 'never']) inbox.add(id);
    const { promise, resolve } = deferred();
    const started: string[] = [];
    let ended = false;
    const handling = inbox.muster.inbox
      .handle(
        async ({ id }) => {
          started.push(id);
          if (id === 'bad') throw new Error('poison');
          await promise;
        },
        { concurrency: 2 },
      )
      .finally(() => {
        ended = true;
      });
    handling.catch(() => undefined);
    await inbox.clock.advance(60_000);
    expect([started, ended]).toEqual([['slow', 'bad'], false]);
    resolve();
    await expect(handling).rejects.toThrow('poison');
    expect([...inbox.acknowledged.keys()]).toEqual(['slow']);
  });

  test('an error ends a long poll that is under way', async () => {
    const inbox = new FakeInbox();
    inbox.add('bad');
    const { promise, resolve } = deferred();
    const handling = inbox.muster.inbox.handle(
      async () => {
        await promise;
        throw new Error('poison');
      },
      { concurrency: 2 },
    );
    handling.catch(() => undefined);
    await inbox.clock.advance(0);
    // As if another program had acknowledged it.
    inbox.acknowledged.set('bad', undefined);
    await inbox.clock.advance(1_000);
    expect(inbox.polls).toBe(1);
    resolve();
    await expect(handling).rejects.toThrow('poison');
    expect(inbox.polls).toBe(0);
  });

  test('with onError, a poison message is tried again after pauses that grow, and blocks no other', async () => {
    const inbox = new FakeInbox();
    inbox.add('poison', 'HIGH');
    inbox.add('good');
    const stop = new AbortController();
    const atMs: number[] = [];
    const told: string[] = [];
    const handling = inbox.muster.inbox.handle(
      ({ id }) => {
        if (id !== 'poison') return 'done';
        atMs.push(inbox.clock.elapsedMs);
        throw new Error('poison');
      },
      { signal: stop.signal, onError: (error, { id }) => told.push(`${id}: ${(error as Error).message}`) },
    );
    await inbox.clock.advance(0);
    expect(inbox.acknowledged).toEqual(new Map([['good', 'done']]));
    await inbox.clock.advance(16_000);
    expect(atMs).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(told).toEqual(Array.from({ length: 5 }, () => 'poison: poison'));
    expect(inbox.looks).toBeLessThan(25);
    stop.abort();
    await handling;
  });

  test('the signal lets those under way finish and be acknowledged; who stops because of it leaves its message', async () => {
    const inbox = new FakeInbox();
    inbox.add('finishes');
    inbox.add('stops');
    const { promise, resolve } = deferred();
    const stop = new AbortController();
    const handling = inbox.muster.inbox.handle(
      async ({ id }) => {
        await promise;
        if (id === 'stops') stop.signal.throwIfAborted();
      },
      { concurrency: 2, signal: stop.signal },
    );
    await inbox.clock.advance(0);
    stop.abort();
    resolve();
    await handling;
    expect([...inbox.acknowledged.keys()]).toEqual(['finishes']);
  });

  test('refuses a concurrency of nothing', async () => {
    const { muster } = new FakeInbox();
    await expect(muster.inbox.handle(() => undefined, { concurrency: 0 })).rejects.toThrow(MusterError);
  });
});
