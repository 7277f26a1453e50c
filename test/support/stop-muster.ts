import { rmSync } from 'node:fs';

export default async function stopMuster(): Promise<void> {
  const muster = globalThis.__MUSTER__;
  if (!muster) return;
  await muster.stop();
  rmSync(muster.dataDirectory, { recursive: true, force: true });
}
