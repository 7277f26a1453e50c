export type End = () => Promise<void> | void;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Runs a program that starts others. What it passes to `atEnd` is called once, the last first: when it is through, when
 * it fails, and when a signal stops it.
 *
 * @param main returns the exit code
 */
export async function runToEnd(main: (atEnd: (end: End) => void) => Promise<number>): Promise<void> {
  const ends: End[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (async () => {
      // One may be added while others are awaited.
      for (let end = ends.shift(); end; end = ends.shift()) await end();
    })());
  for (const [signal, code] of Object.entries(EXIT_CODES)) {
    // More than once: the terminal and npm may each send one, and none may cut the ends short.
    process.on(signal, () => void stop().finally(() => process.exit(code)));
  }
  try {
    process.exitCode = await main((end) => {
      ends.unshift(end);
    });
  } finally {
    await stop();
  }
}
