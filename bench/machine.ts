import { execFileSync, spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** What the figures depend on. Nothing that tells which machine it was. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly operatingSystem: string;
  readonly node: string;
  readonly java: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    operatingSystem: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    java: javaVersion(),
  };
}

/** `java -version` prints to standard error. */
function javaVersion(): string {
  const { stderr, error } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return error ? 'none (DynamoDB Local in docker)' : (/version "([^"]+)"/.exec(stderr)?.[1] ?? 'unknown');
}

/** The commit that was measured, and whether the tree differed from it. */
export function measuredCommit(): string {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short=10', 'HEAD');
  } catch {
    return 'unknown';
  }
}
