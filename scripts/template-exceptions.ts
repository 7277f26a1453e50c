/**
 * What cfn-lint and checkov find in the template that is meant to be so, each with its reason. One that nothing needs
 * is an error.
 */

/** A template to check: a stage with settings on top. */
export interface Variant {
  /** Name of its file, without what all share. */
  readonly name: string;
  readonly stage: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** One breach of a rule, as either tool reports it. */
export interface Finding {
  readonly variant: string;
  readonly rule: string;
  readonly title: string;
  readonly resource: string;
}

export interface Exception {
  readonly rule: string;
  readonly reason: string;

  /** @default every variant */
  readonly in?: (variant: Variant) => boolean;
}

const withoutOwnKey = ({ settings }: Variant): boolean => settings['customerManagedKey'] !== 'true';

export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'W3005',
    reason:
      'The CDK lets a function also wait for its role, beside the reference, so that no call comes before its policy is there.',
  },
  {
    rule: 'CKV_AWS_119',
    reason: 'Without the setting customerManagedKey the table is encrypted with the key that AWS manages for DynamoDB.',
    in: withoutOwnKey,
  },
  {
    rule: 'CKV_AWS_27',
    reason: 'Without the setting customerManagedKey queues are encrypted with the key that SQS holds.',
    in: withoutOwnKey,
  },
  {
    rule: 'CKV_AWS_158',
    reason: 'Without the setting customerManagedKey logs are encrypted with the key that CloudWatch Logs holds.',
    in: withoutOwnKey,
  },
  {
    rule: 'CKV_AWS_28',
    reason: 'Point-in-time recovery is a setting of the stage, and off in dev, whose data may be lost.',
    in: ({ stage }) => stage === 'dev',
  },
  {
    rule: 'CKV_AWS_115',
    reason:
      'The throttle of the API bounds the functions; a reserved share would take from the rest of the account for nothing.',
  },
  {
    rule: 'CKV_AWS_116',
    reason:
      'Every asynchronous path has its dead letters at the source, queue or failure destination; the rule knows only DeadLetterConfig.',
  },
  {
    rule: 'CKV_AWS_117',
    reason:
      'The functions call AWS services only, authorised by their roles; a VPC would add NAT gateways and protect nothing.',
  },
  {
    rule: 'CKV_AWS_173',
    reason:
      'The variables hold names, ARNs and numbers, which the template shows anyway; there is no secret among them.',
  },
];

/** Findings that no exception explains, and exceptions that explain nothing. */
export function judge(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
  variants: readonly Variant[],
): { readonly unexplained: readonly Finding[]; readonly unneeded: readonly Exception[] } {
  const explains = (exception: Exception, finding: Finding): boolean => {
    const variant = variants.find(({ name }) => name === finding.variant);
    return exception.rule === finding.rule && variant !== undefined && (exception.in?.(variant) ?? true);
  };
  return {
    unexplained: findings.filter((finding) => !exceptions.some((exception) => explains(exception, finding))),
    unneeded: exceptions.filter((exception) => !findings.some((finding) => explains(exception, finding))),
  };
}
