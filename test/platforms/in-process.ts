/** The scenario in a process of Node, Deno or Bun: prints the report, and has to end by itself. */
import { play } from './scenario';

const { Deno, Bun, process } = globalThis as {
  readonly Deno?: { readonly version: { readonly deno: string } };
  readonly Bun?: { readonly version: string };
} & typeof globalThis;
const { MUSTER_URL: url = '', MUSTER_TOKEN: adminToken = '', CLOSED_URL: closedUrl = '' } = process.env;

const version = Deno?.version.deno ?? Bun?.version ?? process.versions.node;
console.log(JSON.stringify(await play(version, { url, adminToken, closedUrl })));
