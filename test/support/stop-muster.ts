import { rmSync } from 'node:fs';

export default async function stopMuster(): Promise<void> {
  const muster = globalThis.__MUSTER__;
  if (!muster) return;
  const { exitCode, signalCode } = muster.child;
  // Every test after that has failed for want of an answer; this tells why.
  if (exitCode !== null || signalCode !== null) {
    throw new Error(
      `muster ended by itself with ${exitCode ?? signalCode}, data in ${muster.dataDirectory}: ${muster.output()}`,
    );
  }
  await muster.stop();
  rmSync(muster.dataDirectory, { recursive: true, force: true });
}
