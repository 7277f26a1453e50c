/** The CDK app, run by the CLI: `npx cdk synth|deploy [-c stage=prod] [-c alarmEmail=ops@example.com]`. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { withBundledFunctions } from './bundle-functions';
import { functionNames } from './functions';
import { MusterStack, stackNameOf } from './muster-stack';
import { stageSettings } from './stages';

const app = new App({ analyticsReporting: false });
const stage = (app.node.tryGetContext('stage') as string | undefined) ?? 'dev';
const alarmEmail = app.node.tryGetContext('alarmEmail') as string | undefined;
const settings = stageSettings(stage, alarmEmail === undefined ? {} : { alarmEmail });

withBundledFunctions(functionNames, (bundleDirectory) => {
  new MusterStack(app, stackNameOf(stage), { settings, bundleDirectory });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
});
