import { expect, test } from '@jest/globals';
import { AuthenticationError } from '../src/index.ts';
import { FakeInbox, problem } from './support/fake-inbox.ts';

/** Requests as `PUT@0`, answered by `answer`, or else well. */
function kept(answer: (count: number) => Response | undefined = () => undefined) {
  const inbox = new FakeInbox();
  const sent: string[] = [];
  inbox.instead = (asked) => {
    sent.push(`${asked.split(' ')[0] ?? ''}@${inbox.clock.elapsedMs / 1_000}`);
    return (
      answer(sent.length) ?? (asked.startsWith('DELETE') ? new Response(null, { status: 204 }) : Response.json({}))
    );
  };
  return { clock: inbox.clock, sent, presence: inbox.muster.presence };
}

test('checks in every third of the time, and checks out once when disposed', async () => {
  const { clock, sent, presence } = kept();
  const keep = await presence.keep({ ttlSeconds: 60 });
  await clock.advance(45_000);
  await keep[Symbol.asyncDispose]();
  await keep.stop();
  await clock.advance(60_000);
  expect(sent).toEqual(['PUT@0', 'PUT@20', 'PUT@40', 'DELETE@45']);
});

test('tells of a check-in that failed and tries the next; what is refused for good ends it', async () => {
  const { clock, sent, presence } = kept((count) => {
    if (count > 1 && count < 7) return problem(503, 'store.busy');
    return count === 7 ? problem(401, 'auth.bad-token') : undefined;
  });
  const errors: unknown[] = [];
  const keep = await presence.keep({ ttlSeconds: 30, onError: (error) => errors.push(error) });
  await clock.advance(60_000);
  await keep.stop();
  expect(sent).toEqual(['PUT@0', 'PUT@10', 'PUT@12', 'PUT@14', 'PUT@16', 'PUT@18', 'PUT@20']);
  expect(errors).toEqual([expect.any(Error), expect.any(AuthenticationError)]);
});

test('stops at once while the service is away, and after a check-in that is under way', async () => {
  const { clock, sent, presence } = kept((count) => (count > 1 ? problem(503, 'store.busy') : undefined));
  const keep = await presence.keep({ ttlSeconds: 3_600 });
  await clock.advance(1_201_000);
  const stopped = keep.stop();
  await clock.advance(60_000);
  await stopped;
  expect(sent.filter((each) => each.startsWith('PUT'))).toEqual(['PUT@0', 'PUT@1200']);
  expect(sent.filter((each) => each.startsWith('DELETE'))[0]).toBe('DELETE@1201');
});

test('checks out when the first check-in is aborted, because it may have taken effect', async () => {
  const abort = new AbortController();
  const { sent, presence } = kept((count) => {
    if (count > 1) return undefined;
    abort.abort(new Error('enough'));
    throw abort.signal.reason;
  });
  await expect(presence.keep({ signal: abort.signal })).rejects.toThrow('enough');
  expect(sent).toEqual(['PUT@0', 'DELETE@0']);
});

test('what onError throws ends nothing', async () => {
  const { clock, sent, presence } = kept((count) => (count === 2 ? problem(422, 'request.invalid') : undefined));
  const keep = await presence.keep({
    ttlSeconds: 10,
    onError: () => {
      throw new Error('of the caller');
    },
  });
  await clock.advance(5_000);
  await keep.stop();
  expect(sent.at(-1)).toMatch('DELETE');
});
