/** MiniStack, an emulator of AWS that runs the functions as processes of this machine. */
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../laptop/loopback';
import { type Running, start, tailOf } from './commands';
import { VerifyError } from './verify-error';

const READY_MS = 60_000;

export interface MiniStack {
  readonly process: Running;
  /** What AWS_ENDPOINT_URL is to be. */
  readonly endpoint: string;
}

/** @throws VerifyError if it ends at once, or isn't ready in time */
export async function startMiniStack(python: string, directory: string, logFile: string): Promise<MiniStack> {
  const port = await freePort();
  const running = await start({
    program: python,
    args: ['-m', 'ministack'],
    env: {
      // The functions run with the Node of this run, whatever runtime the template asks for.
      PATH: [path.dirname(process.execPath), process.env['PATH']].join(path.delimiter),
      // Out of the checkout: no function may find its node_modules.
      HOME: directory,
      TMPDIR: directory,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: 'local',
      // Listeners of its own that nothing here needs.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
    logFile,
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + READY_MS;
  while (!(await isReady(endpoint))) {
    if (running.hasEnded()) throw new VerifyError(`MiniStack ended at once, on port ${port}.`, tailOf(logFile));
    if (Date.now() > untilMs) {
      throw new VerifyError(`MiniStack does not answer at ${endpoint} after ${READY_MS / 1_000} s.`, tailOf(logFile));
    }
    await delay(200);
  }
  return { process: running, endpoint };
}

async function isReady(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/_ministack/health`)).ok;
  } catch {
    return false;
  }
}

/**
 * Where an HTTP API is: by path, since Node resolves no names below `localhost`, which the stack's output has.
 *
 * @throws VerifyError if the output isn't what MiniStack makes of an API's endpoint
 */
export function apiUrlByPath(endpoint: string, apiUrl: string): string {
  const apiId = /^http:\/\/([\da-f]+)\.execute-api\./.exec(apiUrl)?.[1];
  if (apiId === undefined) throw new VerifyError(`The stack's ApiUrl is ${apiUrl}; expected http://<id>.execute-api.…`);
  return `${endpoint}/_aws/execute-api/${apiId}`;
}

/**
 * For commands that speak with it instead of AWS: nothing of the caller's own account, profile or proxy is left in.
 *
 * @param directory - for what the CDK remembers
 */
export function emulatorEnvironment(endpoint: string, directory: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^AWS_|^CDK_|_proxy$/i.test(name));
  return {
    ...Object.fromEntries(own),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    // Where the CDK keeps which account a key belongs to.
    CDK_HOME: directory,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
}
