/**
 * What differs between stages. Every setting can also be set for one synthesis: `cdk deploy -c stage=prod -c
 * busArchiveDays=7`. Values are texts here, as on a command line. `npm run settings` makes the table of
 * docs/operations.md from this file.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';

export const STAGE_NAMES = ['dev', 'prod'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

/** What a setting is, in Markdown, and its value in each stage; without a value it isn't set. */
const inStages = z.registry<{ description: string } & Partial<Record<StageName, string | undefined>>>();

function setting<Schema extends z.ZodType>(schema: Schema, description: string, dev?: string, prod = dev): Schema {
  inStages.add(schema, { description, dev, prod });
  return schema;
}

// The message of each check is what is allowed.
const trueOrFalse = () => z.enum(['true', 'false'], 'true, false').transform((text) => text === 'true');

const textLike = (pattern: RegExp, allowed: string) => z.string().regex(pattern, allowed).optional();

const digits = (allowed: string) => z.string().regex(/^\d+$/, allowed).transform(Number);

const wholeNumber = (min: number, max: number) => {
  const allowed = `a whole number from ${min} to ${max}`;
  return digits(allowed).refine((value) => value >= min && value <= max, allowed);
};

const retentionDays = () => wholeNumber(1, 3_650);

/** Exact origins, as a browser sends them: scheme, host and port. Plain HTTP is for pages on one's own machine only. */
const ORIGIN = /^(https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;
const DOMAIN_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;

const origins = z
  .string()
  .transform((text) => text.split(','))
  .refine(
    (list) => list.every((origin) => ORIGIN.test(origin)) || list.join() === '*',
    'a comma-separated list of origins like https://console.example.com or http://localhost:5173, or * alone',
  )
  .default([]);

const removalPolicies = z.enum([RemovalPolicy.DESTROY, RemovalPolicy.RETAIN], 'destroy, retain');
const logPeriods = Object.values(RetentionDays).filter(
  (days) => typeof days === 'number' && days !== RetentionDays.INFINITE,
);
const logRetention = digits(logPeriods.join(', ')).pipe(z.literal(logPeriods, logPeriods.join(', ')));
const domainName = textLike(DOMAIN_NAME, 'a domain name in lower case, like muster.example.com');
const certificateArn = textLike(
  CERTIFICATE_ARN,
  'the ARN of a certificate in ACM, arn:aws:acm:<region>:<account>:certificate/…',
);

const settingsSchema = z.object({
  removalPolicy: setting(removalPolicies, 'data when the stack is deleted: `destroy`, `retain`', 'destroy', 'retain'),
  deletionProtection: setting(trueOrFalse(), 'the table refuses to be deleted, also by hand', 'false', 'true'),
  pointInTimeRecovery: setting(trueOrFalse(), 'the table can be restored to any second of 35 days', 'false', 'true'),
  logRetentionDays: setting(logRetention, 'days that logs are kept, as CloudWatch Logs permits', '7', '90'),
  // Up to ten times API Gateway's default quotas of an account and region, which can be raised.
  throttleRatePerSecond: setting(wholeNumber(1, 100_000), 'requests a second, in the long run', '500', '2000'),
  throttleBurst: setting(wholeNumber(1, 50_000), 'requests at once above that rate', '1000', '4000'),
  // API Gateway caches the response of an authorizer for an hour at most.
  authorizerCacheSeconds: setting(wholeNumber(0, 3_600), 'seconds that a revoked token may still be accepted for', '5'),
  endedRetentionDays: setting(retentionDays(), 'days that ended sync points and trackers are kept', '90'),
  eventRetentionDays: setting(retentionDays(), 'days that events are kept', '90'),
  messageRetentionDays: setting(retentionDays(), 'days that messages are kept', '30'),
  busArchiveDays: setting(wholeNumber(0, 3_650), 'days in the archive of the event bus; 0 is no archive', '0', '30'),
  agentDirectory: setting(trueOrFalse(), 'agents may look each other up: id, name, presence', 'true'),
  // After a week nobody waits any more for what a reminder is about.
  reminderIntervalSeconds: setting(
    wholeNumber(1, 604_800),
    'seconds between reminders of an unacknowledged message',
    '3600',
  ),
  reminderLimit: setting(wholeNumber(0, 10), 'number of reminders at most; 0 turns them off', '3'),
  corsOrigins: setting(origins, 'origins of web pages that may call the API'),
  domainName: setting(domainName, 'a domain name of your own, together with `certificateArn`'),
  certificateArn: setting(certificateArn, 'its certificate, in ACM in the region of the stack'),
  customerManagedKey: setting(trueOrFalse(), 'encrypt with a key of your account', 'false'),
  alarmEmail: setting(textLike(/^[^\s@]+@[^\s@]+$/, 'an e-mail address'), 'address that alarms are mailed to'),
});

const consistentSettings = settingsSchema
  .refine((given) => (given.reminderLimit + 1) * given.reminderIntervalSeconds < given.messageRetentionDays * 86_400, {
    // A later reminder would find no acknowledgement left.
    error: 'so few that all reminders and one interval more end within messageRetentionDays',
    path: ['reminderIntervalSeconds'],
  })
  .refine((given) => given.domainName === undefined || given.certificateArn !== undefined, {
    error: 'a domain name together with certificateArn; set both or neither',
    path: ['domainName'],
  })
  .refine((given) => given.certificateArn === undefined || given.domainName !== undefined, {
    error: 'a certificate together with domainName; set both or neither',
    path: ['certificateArn'],
  })
  .refine((given) => !given.deletionProtection || given.removalPolicy === RemovalPolicy.RETAIN, {
    error: 'retain, because deletionProtection is on; change one of the two',
    path: ['removalPolicy'],
  });

export type StageSettings = Readonly<z.output<typeof settingsSchema> & { stageName: StageName }>;

/** Settings as a command line gives them, on top of those of a stage. */
export type SettingTexts = Readonly<Partial<Record<keyof typeof settingsSchema.shape, string>>>;

/** What each setting is and what the stages set, in the order of the documentation. */
export const describedSettings = Object.entries(settingsSchema.shape).map(([name, schema]) => ({
  name,
  ...inStages.get(schema),
}));

/** @throws Error for a stage or setting that doesn't exist or a value that isn't allowed, saying what is */
export function stageSettings(stageName: string, texts: SettingTexts = {}): StageSettings {
  const stage = STAGE_NAMES.find((name) => name === stageName);
  if (stage === undefined) throw new Error(refusal('stage', stageName, STAGE_NAMES.join(', ')));
  Object.keys(texts).forEach(requireSettingName);
  const defaults = Object.fromEntries(describedSettings.map(({ name, [stage]: text }) => [name, text]));
  const values: Record<string, string | undefined> = { ...defaults, ...texts };
  // Only values that are allowed each can contradict each other.
  const each = settingsSchema.safeParse(values);
  const { success, data, error } = each.success ? consistentSettings.safeParse(values) : each;
  if (success) return { stageName: stage, ...data };
  throw new Error(
    error.issues
      .map(({ path, message }) => {
        const name = path.join();
        const remedy = name in texts ? ` Correct or omit it; ${stage} has ${defaults[name] ?? 'none'}.` : '';
        return refusal(name, values[name], message) + remedy;
      })
      .join(' '),
  );
}

function refusal(setting: string, value: string | undefined, allowed: string): string {
  return `Stage setting ${setting} is ${JSON.stringify(value)}; allowed: ${allowed}.`;
}

/**
 * What was set with `-c name=value`. A misspelt name would otherwise be ignored silently. The CDK's own keys contain a
 * colon, a slash or a dash; one with a dash is refused only if it resembles a setting.
 *
 * @throws Error naming the unknown key and listing the settings
 */
export function settingTextsOf(context: Readonly<Record<string, unknown>>): SettingTexts {
  const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();
  const known = new Set(describedSettings.map(({ name }) => plain(name)));
  const given = Object.entries(context).filter(
    ([name]) => (/^\w+$/.test(name) || known.has(plain(name))) && name !== 'stage',
  );
  for (const [name] of given) requireSettingName(name);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

function requireSettingName(name: string): void {
  if (Object.hasOwn(settingsSchema.shape, name)) return;
  const names = Object.keys(settingsSchema.shape).join(', ');
  throw new Error(`There is no stage setting "${name}"; there are: ${names}.`);
}
