/** The CDK's command line, as a person would use it. */
import { mkdtempSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './commands';

const CDK = 'node_modules/aws-cdk/bin/cdk';
export const STACK_NAME = 'Muster-dev';
const ENVIRONMENT = 'aws://000000000000/us-east-1';

export interface Cdk {
  /** Environment with endpoint and credentials. */
  readonly env: NodeJS.ProcessEnv;
  /** For the assembly, the outputs and the log. */
  readonly directory: string;
  /** As that of a command. */
  readonly ownGroup?: boolean;
}

export interface StackOutputs {
  readonly ApiUrl: string;
  readonly TableName: string;
}

export async function bootstrap(cdk: Cdk): Promise<void> {
  await runCdk(cdk, 'bootstrap', [ENVIRONMENT]);
}

/** Deploys stage dev with settings that differ from its own. */
export async function deploy(
  cdk: Cdk,
  settings: Readonly<Record<string, string | number>> = {},
): Promise<StackOutputs> {
  const directory = mkdtempSync(path.join(cdk.directory, 'deploy-'));
  const outputs = path.join(directory, 'outputs.json');
  const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await runCdk(cdk, 'deploy', [
    ...['--require-approval', 'never', '--outputs-file', outputs, '--output', path.join(directory, 'cdk.out')],
    ...context,
  ]);
  const read = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, StackOutputs>;
  const found = read[STACK_NAME];
  if (found === undefined) throw new Error(`cdk deploy answered outputs of ${Object.keys(read).join(', ')} only.`);
  return found;
}

export async function destroy(cdk: Cdk): Promise<void> {
  await runCdk(cdk, 'destroy', ['--force', '--output', mkdtempSync(path.join(cdk.directory, 'destroy-'))]);
}

async function runCdk({ directory, ...how }: Cdk, verb: string, args: readonly string[]): Promise<void> {
  const logFile = path.join(directory, `cdk-${verb}.log`);
  await run(`cdk ${verb}`, { program: process.execPath, args: [CDK, verb, '--no-color', ...args], logFile, ...how });
}
