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
  /** For assemblies, outputs and logs. */
  readonly directory: string;
  /** As that of a command. */
  readonly ownGroup?: boolean;
}

export interface StackOutputs {
  readonly ApiUrl: string;
  readonly TableName: string;
}

/** Stage dev, with settings that differ from its own; answers where the assembly is. */
export async function synth(cdk: Cdk, settings: Readonly<Record<string, string | number>> = {}): Promise<string> {
  const assembly = mkdtempSync(path.join(cdk.directory, 'cdk.out-'));
  const context = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  await runCdk(cdk, 'synth', ['--quiet', '--output', assembly, ...context]);
  return assembly;
}

/** All of the following take an assembly, which spares each a synthesis of its own. */
export async function bootstrap(cdk: Cdk, assembly: string): Promise<void> {
  await runCdk(cdk, 'bootstrap', ['--app', assembly, ENVIRONMENT]);
}

export async function deploy(cdk: Cdk, assembly: string): Promise<StackOutputs> {
  const outputs = `${assembly}.outputs.json`;
  await runCdk(cdk, 'deploy', ['--app', assembly, '--require-approval', 'never', '--outputs-file', outputs]);
  const read = JSON.parse(readFileSync(outputs, 'utf8')) as Record<string, StackOutputs>;
  const found = read[STACK_NAME];
  if (found === undefined) throw new Error(`cdk deploy answered outputs of ${Object.keys(read).join(', ')} only.`);
  return found;
}

export async function destroy(cdk: Cdk, assembly: string): Promise<void> {
  await runCdk(cdk, 'destroy', ['--app', assembly, '--force']);
}

async function runCdk({ directory, ...how }: Cdk, verb: string, args: readonly string[]): Promise<void> {
  const logFile = path.join(directory, `cdk-${verb}.log`);
  await run(`cdk ${verb}`, { program: process.execPath, args: [CDK, verb, '--no-color', ...args], logFile, ...how });
}
