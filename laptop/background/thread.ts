/** The background thread's side of messages.ts. */
import { parentPort } from 'node:worker_threads';
import { LocalError, messageOf } from '../local-error';
import { Shutdown } from '../shutdown';
import { startBackground } from './background';
import type { BackgroundSettings, FromBackground, ToBackground } from './messages';
import { lowerPriorityOfThread } from './priority';

const port = parentPort;
if (port === null) throw new LocalError('laptop/background/thread.ts runs only as a thread of npm start.');
const send = (message: FromBackground): void => {
  port.postMessage(message);
};
const warn = (line: string): void => {
  send({ type: 'warning', line });
};

const shutdown = new Shutdown();
let started = false;
let nudge = (): void => undefined;

async function start(settings: BackgroundSettings): Promise<void> {
  try {
    nudge = await startBackground(settings, {
      shutdown,
      warn,
      onListening: (endpoints) => {
        send({ type: 'listening', endpoints });
      },
    });
    // Only now, because the user waits for the start.
    lowerPriorityOfThread();
    started = true;
    send({ type: 'started' });
  } catch (error) {
    await shutdown.run();
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    send({ type: 'failed', message: messageOf(error), stack, isLocalError: error instanceof LocalError });
  }
}

/** Ends the thread. An unfinished start is cut off: no request has been served, and records are redelivered. */
async function stop(): Promise<void> {
  if (started) await shutdown.run();
  // The functions' last log lines may still be in transit, and would be lost when the thread ends.
  await Promise.all([flush(process.stdout), flush(process.stderr)]);
  process.exit();
}

async function flush(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<unknown>((resolve) => stream.write('', resolve));
}

process.on('unhandledRejection', (reason) => {
  warn(`a rejection was not handled: ${messageOf(reason)}`);
});
port.on('message', (message: ToBackground) => {
  switch (message.type) {
    case 'start':
      void start(message.settings);
      break;
    case 'written':
      nudge();
      break;
    case 'stop':
      void stop();
  }
});
