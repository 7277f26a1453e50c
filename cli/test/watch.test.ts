import type { SyncPoint, WaitOptions } from '@muster/client';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { syncPointChanges } from '../live/changes';
import { rosterView } from '../live/roster-view';
import { Screen } from '../live/screen';
import type { Details } from '../live/view';
import { watch, type Watched } from '../live/watch';
import { FakeTerminal } from './fake-terminal';
import { secondsAgo, syncPoint } from './rosters';

const line = (text: string) => [{ text }];

describe('a screen', () => {
  test('draws a frame over the one before, longer or shorter', () => {
    const terminal = new FakeTerminal();
    const screen = new Screen(terminal);
    terminal.out('$ muster watch\n');
    for (const frame of [['a long line', 'b'], ['a', 'b', 'c'], ['c'], [], ['d', 'e']]) {
      screen.draw(frame.map(line));
      expect(terminal.text).toBe(['$ muster watch', ...frame].join('\n'));
    }
    expect(terminal.isCursorShown).toBe(false);
    screen.close();
    expect(terminal.isCursorShown).toBe(true);
    expect(terminal.text).toBe('$ muster watch\nd\ne');
  });

  test('draws a frame over one that a narrower terminal has wrapped', () => {
    const terminal = new FakeTerminal();
    const screen = new Screen(terminal);
    terminal.out('$\n');
    screen.draw([line('x'.repeat(70)), line('y')]);
    terminal.resize(30);
    screen.draw([line('x'.repeat(30)), line('y')]);
    expect(terminal.text).toBe(`$\n${'x'.repeat(30)}\ny`);
  });

  test('writes each frame at once and clears nothing before it is written over', () => {
    const writes: string[] = [];
    const screen = new Screen({ out: (text) => writes.push(text), color: false, columns: 80 });
    screen.draw([line('a')]);
    screen.draw([line('b')]);
    expect(writes).toHaveLength(2);
    expect(writes[1]).toBe('\u001b[?2026h\r\u001b[1Ab\u001b[K\n\u001b[J\u001b[?2026l');
  });
});

/** Readings that a test hands over, one by one. */
function handedOver(...details: Promise<Details>[]) {
  let options: WaitOptions | undefined;
  let resolveEnd: (point: SyncPoint) => void = () => undefined;
  let rejectEnd: (error: Error) => void = () => undefined;
  const detailed: number[] = [];
  const signals: AbortSignal[] = [];
  const watched: Watched<SyncPoint> = {
    wait: (given) => {
      options = given;
      return new Promise((resolve, reject) => {
        given.signal?.addEventListener('abort', () => {
          reject(given.signal?.reason as Error);
        });
        resolveEnd = resolve;
        rejectEnd = reject;
      });
    },
    details: ({ version }, signal) => {
      detailed.push(version);
      signals.push(signal);
      return details.shift() ?? Promise.resolve(new Map());
    },
    view: ({ roster, details }, surroundings) => rosterView(roster, details, surroundings),
    changes: (before, { roster, details }) => syncPointChanges(before, roster, details),
  };
  return {
    watched,
    detailed,
    signals,
    read: async (point: SyncPoint) => {
      options?.until?.(point);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    },
    end: (point: SyncPoint) => {
      options?.until?.(point);
      resolveEnd(point);
    },
    fail: (error: Error) => {
      rejectEnd(error);
    },
  };
}

describe('watching', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const turn = (terminal: FakeTerminal, seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      terminal.nowMs += 1_000;
      jest.advanceTimersByTime(1_000);
    }
  };

  test('counts down each second, follows changes, and leaves the last picture', async () => {
    const terminal = new FakeTerminal();
    const service = handedOver();
    const ending = watch(terminal, service.watched, {});
    await service.read(syncPoint({ deadline: secondsAgo(-90) }));
    expect(terminal.text).toContain('waiting   1:30 left');
    turn(terminal, 2);
    expect(terminal.text).toContain('waiting   1:28 left');
    await service.read(syncPoint({ deadline: secondsAgo(-90), arrivedParticipants: ['tester'], version: 2 }));
    expect(terminal.text).toMatch(/✓ tester {4}arrived/);
    const arrivedParticipants = ['tester', 'builder', 'linter', 'packager'];
    service.end(syncPoint({ arrivedParticipants, status: 'completed', endedAt: secondsAgo(-3), version: 3 }));
    expect(await ending).toMatchObject({ status: 'completed' });
    expect(terminal.text).toMatch(/^Nightly build {2}nightly\ncompleted after 5:03\n/);
    expect(terminal.isCursorShown).toBe(true);
    expect([terminal.listeners, jest.getTimerCount()]).toEqual([0, 0]);
  });

  test('reads details once for each version', async () => {
    const service = handedOver();
    void watch(new FakeTerminal(), service.watched, {});
    for (const version of [1, 1, 2]) await service.read(syncPoint({ version }));
    expect(service.detailed).toEqual([1, 2]);
  });

  test('says that the service does not answer, until it does', async () => {
    const terminal = new FakeTerminal();
    const service = handedOver();
    void watch(terminal, service.watched, {});
    await service.read(syncPoint());
    turn(terminal, 31);
    expect(terminal.text).toContain('no answer from Muster for 0:31; still trying');
    await service.read(syncPoint());
    expect(terminal.text).not.toContain('no answer');
  });

  test('draws again when the terminal is resized', async () => {
    const terminal = new FakeTerminal();
    const service = handedOver();
    void watch(terminal, service.watched, {});
    await service.read(syncPoint());
    terminal.resize(12);
    expect(terminal.text.split('\n')[0]).toBe('Nightly bui…');
    terminal.resize(80);
    expect(terminal.text.split('\n')[0]).toBe('Nightly build  nightly');
  });

  test('restores the cursor when it is interrupted', async () => {
    const terminal = new FakeTerminal();
    const service = handedOver();
    const ending = watch(terminal, service.watched, {});
    await service.read(syncPoint());
    expect(terminal.isCursorShown).toBe(false);
    service.fail(new Error('interrupted'));
    await expect(ending).rejects.toThrow('interrupted');
    expect(terminal.isCursorShown).toBe(true);
  });

  test('ends when the details cannot be read', async () => {
    const service = handedOver(Promise.reject(new Error('not allowed any more')));
    const ending = watch(new FakeTerminal(), service.watched, {});
    await service.read(syncPoint());
    await expect(ending).rejects.toThrow('not allowed any more');
  });

  test('draws nothing after its end, and reads no further', async () => {
    const terminal = new FakeTerminal();
    let resolve: (details: Details) => void = () => undefined;
    const service = handedOver(new Promise((resolved) => (resolve = resolved)));
    const ending = watch(terminal, service.watched, {});
    await service.read(syncPoint());
    service.fail(new Error('the limit has passed'));
    await expect(ending).rejects.toThrow('the limit has passed');
    expect(service.signals.map(({ aborted }) => aborted)).toEqual([true]);
    resolve(new Map());
    await new Promise<void>((done) => {
      process.nextTick(done);
    });
    expect([terminal.written, terminal.isCursorShown]).toEqual(['', true]);
  });

  test('writes a line for each change where there is no terminal, and nothing each second', async () => {
    const terminal = new FakeTerminal();
    terminal.isTerminal = false;
    const service = handedOver();
    void watch(terminal, service.watched, {});
    await service.read(syncPoint());
    turn(terminal, 5);
    await service.read(syncPoint());
    await service.read(syncPoint({ arrivedParticipants: ['tester'], version: 2 }));
    expect(terminal.written).toBe(
      '2026-03-01T12:05:00.000Z Nightly build: waiting, 4 missing (builder, tester, linter, packager)\n' +
        '2026-03-01T12:05:05.000Z tester arrived (3 of 4 missing)\n',
    );
  });
});
