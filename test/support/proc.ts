/** What Linux tells of processes under /proc, so that the tests need no program of the system. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface RunningProcess {
  readonly pid: number;
  readonly command: string;
}

/** Without zombies, which have ended. */
export function childrenOf(parent: number | undefined): RunningProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // The command stands in brackets and may hold any character.
      const [, command = '', state = '', ppid] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(textOf(`${name}/stat`)) ?? [];
      return Number(ppid) === parent && state !== 'Z' ? [{ pid: Number(name), command }] : [];
    });
}

/** A process and all that it has started. */
export const familyOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap((child) => familyOf(child.pid))];

export const commandLineOf = (pid: number): readonly string[] => textOf(`${pid}/cmdline`).split('\0');

const LISTENING = '0A';

/** Of the TCP sockets on which these processes listen, like `127.0.0.1:4000`. */
export function listeningAddressesOf(pids: readonly number[]): string[] {
  const inodes = new Set(pids.flatMap(socketsOf));
  return ['net/tcp', 'net/tcp6'].flatMap((table) =>
    textOf(table)
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = '']) => state === LISTENING && inodes.has(inode))
      .map(([, address = '']) => addressOf(address)),
  );
}

function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** The bytes of an IPv4 address come in the order of the processor; IPv6 stays in hexadecimal. */
function addressOf(hex: string): string {
  const [address = '', port = ''] = hex.split(':');
  const bytes = address.match(/../g) ?? [];
  const text =
    bytes.length === 4
      ? bytes
          .reverse()
          .map((byte) => parseInt(byte, 16))
          .join('.')
      : address;
  return `${text}:${parseInt(port, 16)}`;
}

/** Empty for a process that has ended. */
function textOf(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'utf8');
  } catch {
    return '';
  }
}
