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
    if (count === 2) return problem(422, 'request.invalid');
    return count === 3 ? problem(401, 'auth.bad-token') : undefined;
  });
  const errors: unknown[] = [];
  const keep = await presence.keep({ ttlSeconds: 30, onError: (error) => errors.push(error) });
  await clock.advance(60_000);
  await keep.stop();
  expect(sent).toEqual(['PUT@0', 'PUT@10', 'PUT@20']);
  expect(errors).toEqual([expect.any(Error), expect.any(AuthenticationError)]);
});
