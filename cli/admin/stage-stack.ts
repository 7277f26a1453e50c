import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CommandError } from '../errors';

/** What a deployed stage says about itself. */
export interface StageStack {
  readonly stackName: string;
  /** @throws CommandError when the stack has no such output */
  output(name: string): string;
}

/** With `cloudformation:DescribeStacks`. */
export async function describeStage(stage: string): Promise<StageStack> {
  // The CDK takes a second to load, so only when the stack's name is needed.
  const { stackNameOf } = await import('../../infra/muster-stack');
  const stackName = stackNameOf(stage);
  const { Stacks } = await new CloudFormationClient({}).send(new DescribeStacksCommand({ StackName: stackName }));
  const outputs = new Map((Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  return {
    stackName,
    output: (name) => {
      const value = outputs.get(name);
      if (value === undefined) {
        throw new CommandError(`The stack ${stackName} has no output ${name}; deploy it with this version of Muster.`);
      }
      return value;
    },
  };
}
