/** How a process is at one moment. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface ProcessSample {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly pid: number;
  readonly rssBytes: number;
  /** After a collection of garbage. */
  readonly heapBytes: number;
  /** Outside the heap, held by what is on it. */
  readonly externalBytes: number;
  /** What keeps the event loop alive, by type. */
  readonly resources: Readonly<Record<string, number>>;
  /** null where there is no /proc. */
  readonly openFiles: number | null;
  readonly children: readonly { readonly pid: number; readonly name: string; readonly rssBytes: number }[] | null;
}

export function sampleThisProcess(): ProcessSample {
  const { rss, heapUsed, external } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1;
  const linux = existsSync('/proc/self/fd');
  return {
    atMs: Date.now(),
    pid: process.pid,
    rssBytes: rss,
    heapBytes: heapUsed,
    externalBytes: external,
    resources,
    openFiles: linux ? readdirSync('/proc/self/fd').length : null,
    children: linux ? childrenOf(process.pid) : null,
  };
}

/** None where there is no /proc. */
export function childrenOf(pid: number): { pid: number; name: string; rssBytes: number }[] {
  if (!existsSync('/proc/self/status')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        const field = (label: string): string => new RegExp(`^${label}:\\s+(\\S+)`, 'm').exec(status)?.[1] ?? '';
        if (Number(field('PPid')) !== pid) return [];
        return [{ pid: Number(name), name: field('Name'), rssBytes: Number(field('VmRSS')) * 1_024 }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

/** A line each, the last of which may have been cut short by a kill. */
export function readSamples(file: string): ProcessSample[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as ProcessSample];
      } catch {
        return [];
      }
    });
}
