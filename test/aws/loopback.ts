/** Which addresses a process and its children listen on, read from /proc (Linux). */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

const LISTEN = '0A';
/** 127.0.0.0/8 and ::1 as /proc writes them: in words of the machine's byte order. */
const LOOPBACK = /^(?:[\dA-F]{6}7F|0{24}01000000|0{16}FFFF0000[\dA-F]{6}7F)$/;

export const isLoopback = (address: string): boolean => LOOPBACK.test(address);

export interface Listener {
  readonly pid: number;
  /** As /proc writes it. */
  readonly address: string;
  readonly port: number;
  readonly isLoopback: boolean;
}

/** Undefined where there is no /proc to tell. */
export function listenersOf(pid: number): Listener[] | undefined {
  if (!existsSync('/proc/net/tcp')) return undefined;
  const byInode = new Map(
    ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync).flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(1)
        .flatMap((line) => {
          const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
          const [address = '', port = ''] = local.split(':');
          if (state !== LISTEN) return [];
          return [[inode, { address, port: parseInt(port, 16), isLoopback: isLoopback(address) }] as const];
        }),
    ),
  );
  return familyOf(pid).flatMap((one) =>
    socketInodesOf(one).flatMap((inode) => {
      const listener = byInode.get(inode);
      return listener === undefined ? [] : [{ pid: one, ...listener }];
    }),
  );
}

/** The process and all below it. */
function familyOf(pid: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  );
  const family = [pid];
  // Grows while it is walked: children are found behind their parents.
  for (const one of family) for (const [child, parent] of parents) if (parent === one) family.push(child);
  return family;
}

function parentOf(pid: number): number | undefined {
  // The name, in parentheses, may itself hold spaces and parentheses.
  const stat = whileItLives(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function socketInodesOf(pid: number): string[] {
  const names = whileItLives(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return names.flatMap((name) => {
    const target = whileItLives(() => readlinkSync(`/proc/${pid}/fd/${name}`)) ?? '';
    return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
  });
}

/** Undefined for a process that has ended since it was listed. */
function whileItLives<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
