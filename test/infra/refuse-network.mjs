/** Preloaded with `--import`: whoever opens a connection to a host is refused, and noted in the file NETWORK_LOG. */
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

function refuse(what) {
  appendFileSync(process.env.NETWORK_LOG, `${what}\n`);
  throw new Error(`No network in this test: ${what}`);
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [options] = args.flat();
  // A path is a socket in the file system, how processes of one machine talk.
  const local = typeof options === 'object' ? options.path !== undefined : typeof options === 'string';
  return local ? connect.apply(this, args) : refuse(JSON.stringify(options));
};
dns.lookup = (host) => refuse(host);
dns.promises.lookup = (host) => refuse(host);
