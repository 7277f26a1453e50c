import { expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import { isLoopback, listenersOf } from '../aws/loopback';

// As /proc/net/tcp and /proc/net/tcp6 write them on a little-endian machine.
test.each([
  ['127.0.0.1', '0100007F', true],
  ['127.0.0.53', '3500007F', true],
  ['::1', '00000000000000000000000001000000', true],
  ['::ffff:127.0.0.1', '0000000000000000FFFF00000100007F', true],
  ['0.0.0.0', '00000000', false],
  ['10.0.0.127', '7F00000A', false],
  ['::', '00000000000000000000000000000000', false],
  ['::ffff:0.0.0.0', '0000000000000000FFFF000000000000', false],
  ['fe80::1', '000080FE000000000000000001000000', false],
])('whether %s is of this machine only', (_name, written, expected) => {
  expect(isLoopback(written)).toBe(expected);
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a server of a process is found with its address', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const found = listenersOf(process.pid)?.filter((listener) => listener.port === port);
  await new Promise((resolve) => server.close(resolve));
  expect(found).toEqual([{ pid: process.pid, address: '0100007F', port, isLoopback: true }]);
});
