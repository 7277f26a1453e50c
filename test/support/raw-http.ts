/** HTTP written by hand over a socket: what no well-behaved client sends. */
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  /** All that came. */
  readonly text: string;
  /** From the connection to its end. */
  readonly tookMs: number;
}

/** Sends the text and reads until the server ends the connection; it fails after `limitMs`. */
export async function exchange(
  url: string,
  text: string | Buffer,
  { limitMs = 10_000, end = false }: { readonly limitMs?: number; readonly end?: boolean } = {},
): Promise<RawAnswer> {
  return await readToEnd(
    url,
    (socket) => {
      socket.write(text);
      if (end) socket.end();
    },
    limitMs,
  );
}

/** `begin` gets the open connection; what it starts has to stop when the socket closes. */
export async function readToEnd(url: string, begin: (socket: Socket) => void, limitMs: number): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const since = performance.now();
  const received: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`still open after ${limitMs} ms: ${Buffer.concat(received).toString()}`));
    }, limitMs);
    socket.once('connect', () => {
      begin(socket);
    });
    socket.on('data', (chunk) => received.push(chunk));
    // Who is cut off while writing sees a reset.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  const all = Buffer.concat(received).toString();
  const [head = '', ...rest] = all.split('\r\n\r\n');
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    contentType: /^content-type: *(.*)$/im.exec(head)?.[1]?.trim() ?? '',
    body: rest.join('\r\n\r\n'),
    text: all,
    tookMs: performance.now() - since,
  };
}
