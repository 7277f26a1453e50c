/** The stack of a stage with empty functions: fast, and about the stack alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { functionNames } from '../../infra/functions';
import { MusterStack, stackNameOf } from '../../infra/muster-stack';
import { STAGE_NAMES, type StageName, type SettingTexts, stageSettings } from '../../infra/stages';
import { contextOfTheCli } from '../../infra/synthesize';
import { OPTIONAL_SETTINGS } from '../../scripts/optional-settings';
import { temporaryDirectory } from './temporary-directory';

/** Every stage as it stands, and with what no stage sets by itself. */
export const STAGE_VARIANTS: readonly (readonly [string, StageName, SettingTexts])[] = STAGE_NAMES.flatMap(
  (stageName) => [
    [stageName, stageName, {}] as const,
    [`${stageName} with every optional setting`, stageName, OPTIONAL_SETTINGS] as const,
  ],
);

export function createStack(stageName: StageName, overrides: SettingTexts = {}): { app: App; stack: MusterStack } {
  const directory = temporaryDirectory();
  for (const name of functionNames) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.mjs'), `export const handler = () => '${name}';\n`);
  }
  const app = new App({
    outdir: join(directory, 'cdk.out'),
    context: contextOfTheCli(),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const settings = stageSettings(stageName, overrides);
  const stack = new MusterStack(app, stackNameOf(stageName), { settings, bundleDirectory: directory });
  return { app, stack };
}

export const createTemplate = (stageName: StageName, overrides: SettingTexts = {}): Template =>
  Template.fromStack(createStack(stageName, overrides).stack);

export interface Resource<Properties> {
  readonly logicalId: string;
  readonly properties: Properties;
  readonly deletionPolicy: string | undefined;
}

/** All resources of a type; the test says which properties it reads. */
export function resourcesOf<Properties>(template: Template, type: string): Resource<Properties>[] {
  const found = template.findResources(type) as Record<string, { Properties?: unknown; DeletionPolicy?: string }>;
  return Object.entries(found).map(([logicalId, resource]) => ({
    logicalId,
    properties: (resource.Properties ?? {}) as Properties,
    deletionPolicy: resource.DeletionPolicy,
  }));
}

/** Logical id that `{ Ref }` or `{ 'Fn::GetAtt': [id, …] }` points to. */
export function targetOf(reference: unknown): string | undefined {
  if (typeof reference !== 'object' || reference === null) return undefined;
  if ('Ref' in reference && typeof reference.Ref === 'string') return reference.Ref;
  if ('Fn::GetAtt' in reference && Array.isArray(reference['Fn::GetAtt'])) {
    return String(reference['Fn::GetAtt'][0]);
  }
  return undefined;
}

export interface FunctionProperties {
  readonly FunctionName: string;
  readonly Architectures: readonly string[];
  readonly Runtime: string;
  readonly Handler: string;
  readonly Timeout: number;
  readonly Role: unknown;
  readonly LoggingConfig?: { readonly LogGroup: unknown };
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
}

/** Functions by their name in `functions/`. */
export function functionsOf(template: Template, stageName: StageName): Map<string, Resource<FunctionProperties>> {
  const prefix = `${stackNameOf(stageName)}-`;
  return new Map(
    resourcesOf<FunctionProperties>(template, 'AWS::Lambda::Function').map((resource) => [
      resource.properties.FunctionName.replace(prefix, ''),
      resource,
    ]),
  );
}
