import { expect, test } from '@jest/globals';
import { ConflictError } from '../src/index.ts';
import { FakeInbox, problem } from './support/fake-inbox.ts';

interface Sent {
  readonly path: string;
  readonly atMs: number;
  readonly body: unknown;
}

/** A track whose requests are recorded and answered as `answer` says. */
function tracked(answer: (path: string) => Response | Promise<Response> = () => Response.json({})) {
  const inbox = new FakeInbox();
  const sent: Sent[] = [];
  inbox.instead = (asked, body) => {
    const path = asked.split('/').at(-1) ?? '';
    sent.push({ path, atMs: inbox.clock.elapsedMs, body });
    return answer(path);
  };
  return { clock: inbox.clock, sent, track: inbox.muster.trackers.track('import') };
}

test('sends the first at once, then the latest at most once a second, and the rest on flush', async () => {
  const { clock, sent, track } = tracked();
  for (const step of [1, 2, 3]) track.report(step, { data: step });
  await clock.advance(999);
  track.report(4);
  await clock.advance(1);
  track.report(5);
  await track.flush();
  expect(sent).toEqual([
    { path: 'progress', atMs: 0, body: { step: 1, data: 1 } },
    { path: 'progress', atMs: 1_000, body: { step: 4 } },
    { path: 'progress', atMs: 1_000, body: { step: 5 } },
  ]);
});

test('a refusal is thrown by the next call, once', async () => {
  const { clock, track } = tracked(() => problem(409, 'progress-tracker.step-went-back'));
  track.report(1);
  await clock.advance(0);
  expect(() => {
    track.report(2);
  }).toThrow(ConflictError);
  await track.flush();
});

test('a finished loop reports its total; a body that throws fails the participant with its message', async () => {
  const { sent, track } = tracked();
  for await (const item of track.wrap(['a', 'b'], { from: 3 })) expect(item).toMatch(/a|b/);
  expect(sent.at(-1)).toMatchObject({ path: 'progress', body: { step: 5 } });
  const failing = track.wrap([1, 2], (item) => {
    if (item === 2) throw new Error('bad row');
  });
  await expect(failing).rejects.toThrow('bad row');
  expect(sent.slice(-2)).toMatchObject([{ body: { step: 1 } }, { path: 'failures', body: { reason: 'bad row' } }]);
});

test('a loop that is left fails the participant, also where the tracker has ended', async () => {
  const { sent, track } = tracked((path) =>
    path === 'failures' ? problem(409, 'progress-tracker.not-active') : Response.json({}),
  );
  for await (const item of track.wrap([1, 2])) if (item === 2) break;
  expect(sent.map(({ path }) => path)).toEqual(['progress', 'failures']);
});

test('a loop that throws while the service is away has its own error after a minute', async () => {
  const { clock, track } = tracked(() => problem(503, 'store.busy'));
  const loop = (async () => {
    for await (const item of track.wrap([1, 2])) if (item === 2) throw new Error('bad row');
  })().catch((error: unknown) => error);
  await clock.advance(100_000);
  expect(await loop).toEqual(new Error('bad row'));
});
