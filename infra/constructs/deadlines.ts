import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue';
import type { ServiceFunction } from './service-function';
import type { StorageProps } from './storage';

export interface DeadlinesProps extends StorageProps {
  /** Name of the schedule group; it holds the stage, so that stages can share an account. */
  readonly scheduleGroupName: string;

  /** Called when a deadline has passed. */
  readonly expireDeadline: ServiceFunction;

  /** Called when a reminder, a warning of a deadline, or the check for a stall or for a lost agent is due. */
  readonly sendReminder: ServiceFunction;
}

/**
 * One-time schedules of deadlines, warnings, reminders and checks for stalls and lost agents, made at run time in a
 * group of their own: by the dispatcher, by the expiry itself when it was called too early, and by what sends
 * reminders, for the next one.
 *
 * Scheduler invokes a function asynchronously: it is content once Lambda has taken the call. So two things can fail and
 * both end in the same dead-letter queue: Scheduler can't hand over the call (the schedule's own dead-letter setting),
 * or the function fails for good (the failure destination of the function).
 */
export class Deadlines extends Construct {
  readonly scheduleGroup: ScheduleGroup;
  readonly schedulerRole: Role;
  readonly deadLetters: DeadLetterQueue;
  readonly #expireDeadline: ServiceFunction;
  readonly #sendReminder: ServiceFunction;

  constructor(scope: Construct, id: string, props: DeadlinesProps) {
    super(scope, id);
    this.#expireDeadline = props.expireDeadline;
    this.#sendReminder = props.sendReminder;
    this.scheduleGroup = new ScheduleGroup(this, 'ScheduleGroup', {
      scheduleGroupName: props.scheduleGroupName,
      // Its schedules call functions that go with the stack too.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', props);

    this.schedulerRole = new Role(this, 'SchedulerRole', {
      description: 'What EventBridge Scheduler may do when a schedule fires',
      // Only for schedules of this group: no other may borrow the role.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
          ArnEquals: { 'aws:SourceArn': this.scheduleGroup.scheduleGroupArn },
        },
      }),
    });
    this.deadLetters.grantPut(this.schedulerRole);
    this.#addTarget('ExpiryRetries', props.expireDeadline);
    this.#addTarget('ReminderRetries', props.sendReminder);
  }

  #addTarget(id: string, target: ServiceFunction): void {
    target.grantCall(this.schedulerRole);
    this.deadLetters.grantPut(target);
    new CfnEventInvokeConfig(this, id, {
      functionName: target.function.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: this.deadLetters.queueArn } },
    });
  }

  /** Allows to make and move schedules of the group, and tells the function what a schedule must name. */
  allowScheduling(scheduler: ServiceFunction): void {
    scheduler.addEnvironment('SCHEDULE_GROUP_NAME', this.scheduleGroup.scheduleGroupName);
    scheduler.addEnvironment('SCHEDULE_TARGET_ARN', this.#expireDeadline.arnByName);
    scheduler.addEnvironment('REMINDER_TARGET_ARN', this.#sendReminder.arnByName);
    scheduler.addEnvironment('SCHEDULE_ROLE_ARN', this.schedulerRole.roleArn);
    scheduler.addEnvironment('SCHEDULE_DLQ_ARN', this.deadLetters.queueArn);
    this.#grantOnSchedules(scheduler, ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule']);
    Validations.of(scheduler.role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/${this.scheduleGroup.scheduleGroupName}/*]`,
      reason: 'Schedules are named at run time; the group is its own and holds nothing else.',
    });
    scheduler.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.schedulerRole.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
  }

  /** Allows to delete schedules of the group. */
  allowRemoving(scheduler: ServiceFunction): void {
    this.#grantOnSchedules(scheduler, ['scheduler:DeleteSchedule']);
  }

  #grantOnSchedules(grantee: ServiceFunction, actions: string[]): void {
    Grant.addToPrincipal({
      grantee,
      actions,
      // The group's schedules: their names are made at run time.
      resourceArns: [
        Stack.of(this).formatArn({
          service: 'scheduler',
          resource: 'schedule',
          resourceName: `${this.scheduleGroup.scheduleGroupName}/*`,
        }),
      ],
    });
  }
}
