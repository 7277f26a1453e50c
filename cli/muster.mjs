#!/usr/bin/env node
/** `npx muster`, in a clone: runs the bundle of the sources, which it makes when there is none or it is out of date. */
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DIST = new URL('dist/', import.meta.url);

/** By the files that went into the bundle: a new one is reached only through a change of one of them. */
function isUpToDate() {
  try {
    const { builtAtMs, inputs } = JSON.parse(readFileSync(new URL('inputs.json', DIST), 'utf8'));
    const folder = fileURLToPath(DIST);
    return inputs.every((input) => statSync(folder + input).mtimeMs < builtAtMs);
  } catch {
    return false;
  }
}

async function build() {
  try {
    const { bundleCli } = await import('./bundle-cli.mjs');
    await bundleCli(DIST);
  } catch (error) {
    process.stderr.write(`muster: ${advice(error)}\n`);
    process.exit(1);
  }
}

function advice(error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return 'the dependencies are not installed; run npm ci first.';
  if (['EACCES', 'EROFS', 'EPERM'].includes(error.code)) {
    return `cli/dist is out of date and can't be written (${error.code}); run npx muster --help once as the owner of the clone.`;
  }
  return error.message;
}

// The AWS SDK warns on Node 20, in six lines, that its versions of 2027 will not run there; ours are locked.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

if (!isUpToDate()) await build();
const { runCli } = await import('./dist/muster.js');
process.exitCode = await runCli(process.argv.slice(2));
