/** CloudFormation's DescribeStacks, which returns the outputs of the only stack. */
import { AwsAnswer, type AwsRequest, type AwsService } from '../aws-endpoint';
import { localArn } from '../template/template';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

export function createStackOutputs(stackName: string, outputs: Readonly<Record<string, string>>): AwsService {
  const members = Object.entries(outputs)
    .map(([key, value]) => element('member', element('OutputKey', text(key)) + element('OutputValue', text(value))))
    .join('');
  const stack = [
    element('StackId', localArn('cloudformation', `stack/${stackName}/local`)),
    element('StackName', text(stackName)),
    element('CreationTime', new Date().toISOString()),
    element('StackStatus', 'CREATE_COMPLETE'),
    element('Outputs', members),
  ].join('');
  const described = element('DescribeStacksResult', element('Stacks', element('member', stack)));

  return ({ body }: AwsRequest) => {
    if (body['Action'] !== 'DescribeStacks') return undefined;
    const asked = typeof body['StackName'] === 'string' ? body['StackName'] : stackName;
    if (asked === stackName) return xml(200, 'DescribeStacksResponse', described);
    const message = `Stack with id ${asked} does not exist`;
    const error = element('Code', 'ValidationError') + element('Message', text(message));
    return xml(400, 'ErrorResponse', element('Error', element('Type', 'Sender') + error));
  };
}

const xml = (status: number, root: string, content: string): AwsAnswer =>
  new AwsAnswer(status, { 'content-type': 'text/xml' }, `<${root} xmlns="${NAMESPACE}">${content}</${root}>`);

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const text = (value: string): string => value.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
