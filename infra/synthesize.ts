/**
 * Synthesizes the stack inside this process, for the laptop host and for tests: no CLI, no network, no credentials.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { REPOSITORY_ROOT, withBundledFunctions } from './bundle-functions';
import { functionNames } from './functions';
import { MusterStack, stackNameOf } from './muster-stack';
import { type SettingTexts, stageSettings } from './stages';

export interface SynthesizeOptions {
  /** @default 'dev' */
  readonly stage?: string;

  /** On top of the stage's. */
  readonly settings?: SettingTexts;

  /** Directory of the cloud assembly; made if missing. */
  readonly outdir: string;
}

export interface SynthesizedStack {
  /** The CloudFormation template, JSON. */
  readonly templateFile: string;

  /** Where the code of each function is: its `Metadata['aws:asset:path']` is relative to this directory. */
  readonly assemblyDirectory: string;

  readonly stackName: string;
}

/** @throws Error for a stage or setting that is wrong; esbuild's BuildFailure when a function doesn't compile */
export async function synthesize({
  stage = 'dev',
  settings: texts,
  outdir,
}: SynthesizeOptions): Promise<SynthesizedStack> {
  const settings = stageSettings(stage, texts);
  const app = new App({
    outdir,
    context: contextOfTheCli(),
    analyticsReporting: false,
    treeMetadata: false,
    // Checking the template takes longer than all the rest together; `cdk synth` does it.
    builtinCloudFormationValidation: false,
  });
  return withBundledFunctions(functionNames, (bundleDirectory) => {
    const { artifactId } = new MusterStack(app, stackNameOf(settings.stageName), { settings, bundleDirectory });
    const { templateFullPath, stackName } = app.synth().getStackArtifact(artifactId);
    return { templateFile: templateFullPath, assemblyDirectory: outdir, stackName };
  });
}

/** What the CLI would have passed: the feature flags of cdk.json, and the names of assets in the template. */
export function contextOfTheCli(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(REPOSITORY_ROOT, 'cdk.json'), 'utf8')) as {
    context: Record<string, unknown>;
  };
  return { ...context, 'aws:cdk:enable-asset-metadata': true };
}
