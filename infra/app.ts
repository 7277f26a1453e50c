/** The CDK app, run by the CLI: `npx cdk synth|deploy [-c stage=prod] [-c <stage setting>=<value>]…`. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { withBundledFunctions } from './bundle-functions';
import { functionNames } from './functions';
import { MusterStack, stackNameOf } from './muster-stack';
import { settingTextsOf, stageSettings } from './stages';

const app = new App({ analyticsReporting: false });
const context = app.node.getAllContext() as Readonly<Record<string, unknown>>;
const stage = (context['stage'] as string | undefined) ?? 'dev';
const settings = stageSettings(stage, settingTextsOf(context));

await withBundledFunctions(functionNames, (bundleDirectory) => {
  new MusterStack(app, stackNameOf(stage), { settings, bundleDirectory });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
});
