import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { StorageProps } from './storage';

export interface ServiceFunctionProps extends StorageProps {
  /** Name in Lambda; it holds the stage, so that stages can share an account. */
  readonly functionName: string;

  readonly description: string;

  /** Directory with the bundle, `index.mjs`, which exports `handler`. */
  readonly codeDirectory: string;

  readonly timeout: Duration;

  readonly logRetention: RetentionDays;

  /** @default 512 */
  readonly memorySizeMb?: number | undefined;

  /** @default {} */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * One Lambda function with a role and a log group of its own. The role starts with the right to write to that log group
 * and has nothing else until a grant adds it.
 */
export class ServiceFunction extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly role: Role;

  /**
   * The ARN put together from the name, for where a reference would make a circle: in the function's own environment.
   */
  readonly arnByName: string;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'LogGroup', {
      retention: props.logRetention,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      ...(props.encryptionKey && { encryptionKey: props.encryptionKey.key }),
    });
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Execution role of ${props.functionName}`,
    });
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: [logGroup.logGroupArn],
    });
    this.arnByName = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: props.functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.function = new LambdaFunction(this, 'Function', {
      functionName: props.functionName,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.codeDirectory),
      handler: 'index.handler',
      memorySize: props.memorySizeMb ?? 512,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      environment: { NODE_OPTIONS: '--enable-source-maps', ...props.environment },
    });
  }

  get grantPrincipal(): IPrincipal {
    return this.role.grantPrincipal;
  }

  addEnvironment(name: string, value: string): void {
    this.function.addEnvironment(name, value);
  }

  /** Allows `grantee` to call the function. */
  grantCall(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.function.functionArn] });
  }
}
