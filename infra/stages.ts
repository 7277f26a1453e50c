/**
 * What differs between stages. Every setting can be set for one synthesis too: `cdk deploy -c stage=prod -c busArchiveDays=7`.
 * A wrong one fails the synthesis, naming the value and what is allowed.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

export const STAGE_NAMES = ['dev', 'prod'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export interface StageSettings {
  readonly stageName: StageName;

  /** What happens to the table, queues and logs when the stack is deleted. */
  readonly removalPolicy: RemovalPolicy;

  /** Whether the table refuses to be deleted, also by hand. */
  readonly deletionProtection: boolean;

  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;

  /** How long logs are kept; one of the periods that CloudWatch Logs knows. */
  readonly logRetentionDays: RetentionDays;

  /** Requests per second, over all callers, from which on the API answers 429. */
  readonly throttleRatePerSecond: number;

  /** Requests that may come at once above the rate. */
  readonly throttleBurst: number;

  /** Origins of web pages that may call the API: `https://…`, `http://localhost…`, or `*` alone for any. Empty turns CORS off. */
  readonly corsOrigins: readonly string[];

  /**
   * A domain name of your own for the API; needs `certificateArn`.
   *
   * @default - the name that API Gateway makes up
   */
  readonly domainName?: string;

  /** The certificate for `domainName`, in ACM in the stack's region. */
  readonly certificateArn?: string;

  /** Whether table, queues, topic and logs are encrypted with a key of the stack's own instead of those that AWS holds. */
  readonly customerManagedKey: boolean;

  /** How long a token that was revoked may still be accepted: the authorizer's answer is cached. 0 turns the cache off. */
  readonly authorizerCacheSeconds: number;

  /** How long sync points are kept after their end. */
  readonly endedRetentionDays: number;

  /** How long events are kept. */
  readonly eventRetentionDays: number;

  /** How long messages are kept in inboxes. */
  readonly messageRetentionDays: number;

  /** How long the bus keeps its events for replays to rules; 0 is no archive. */
  readonly busArchiveDays: number;

  /** After how long without acknowledgement a message that requires one is sent again; Scheduler is a minute exact. */
  readonly reminderIntervalSeconds: number;

  /** How many times it is sent again before its sender is told; 0 turns reminders off. */
  readonly reminderLimit: number;

  /**
   * Who is mailed when an alarm goes off.
   *
   * @default - alarms change their state, visible on the dashboard, and tell nobody
   */
  readonly alarmEmail?: string;
}

const STAGES: Readonly<Record<StageName, StageSettings>> = {
  dev: {
    stageName: 'dev',
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    pointInTimeRecovery: false,
    logRetentionDays: RetentionDays.ONE_WEEK,
    throttleRatePerSecond: 500,
    throttleBurst: 1_000,
    corsOrigins: [],
    customerManagedKey: false,
    authorizerCacheSeconds: 5,
    endedRetentionDays: 90,
    eventRetentionDays: 90,
    messageRetentionDays: 30,
    busArchiveDays: 0,
    reminderIntervalSeconds: 3_600,
    reminderLimit: 3,
  },
  prod: {
    stageName: 'prod',
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    pointInTimeRecovery: true,
    logRetentionDays: RetentionDays.THREE_MONTHS,
    throttleRatePerSecond: 2_000,
    throttleBurst: 4_000,
    corsOrigins: [],
    customerManagedKey: false,
    authorizerCacheSeconds: 5,
    endedRetentionDays: 90,
    eventRetentionDays: 90,
    messageRetentionDays: 30,
    busArchiveDays: 30,
    reminderIntervalSeconds: 3_600,
    reminderLimit: 3,
  },
};

/** A stage or one of its settings is wrong; the message says which and what is allowed. */
export class StageSettingError extends Error {
  override readonly name = 'StageSettingError';

  constructor(setting: string, value: unknown, allowed: string) {
    super(`Stage setting ${setting} is ${JSON.stringify(value)}; allowed: ${allowed}.`);
  }
}

/** Everything but the stage's name, which chooses the rest. */
export type SettingName = Exclude<keyof StageSettings, 'stageName'>;

/** One setting: what it may be, and how it is written on a command line, where everything is a string. */
interface Setting<Value> {
  readonly allowed: string;
  readonly isValid: (value: Value) => boolean;
  /** Answers undefined for what can't be one. */
  readonly fromText: (text: string) => Value | undefined;
}

type Settings = { readonly [Name in SettingName]-?: Setting<NonNullable<StageSettings[Name]>> };

const wholeNumber = (min: number, max: number): Setting<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  isValid: (value) => Number.isInteger(value) && value >= min && value <= max,
  fromText: (text) => (/^\d+$/.test(text) ? Number(text) : undefined),
});

const yesOrNo: Setting<boolean> = {
  allowed: 'true, false',
  isValid: (value) => typeof value === 'boolean',
  fromText: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
};

const textLike = (pattern: RegExp, allowed: string): Setting<string> => ({
  allowed,
  isValid: (value) => pattern.test(value),
  fromText: (text) => text,
});

/** Exact origins, as a browser sends them: scheme, host and port, nothing after. Plain HTTP is for pages on one's own machine only. */
const ORIGIN = /^(https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;

const origins: Setting<readonly string[]> = {
  allowed: 'a comma-separated list of origins like https://console.example.com or http://localhost:5173, or * alone',
  isValid: (value) => value.every((origin) => ORIGIN.test(origin)) || (value.length === 1 && value[0] === '*'),
  fromText: (text) => text.split(','),
};

const DOMAIN_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;

/** The longest that API Gateway caches an authorizer's answer. */
const MAX_AUTHORIZER_CACHE_SECONDS = 3_600;

/** Ten times API Gateway's default quotas of an account and region, which can be raised. */
const MAX_THROTTLE_RATE_PER_SECOND = 100_000;
const MAX_THROTTLE_BURST = 50_000;

const MAX_RETENTION_DAYS = 3_650;

const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

const REMOVAL_POLICIES: Readonly<Record<string, RemovalPolicy>> = {
  destroy: RemovalPolicy.DESTROY,
  retain: RemovalPolicy.RETAIN,
};

const SETTINGS: Settings = {
  removalPolicy: {
    allowed: Object.keys(REMOVAL_POLICIES).join(', '),
    isValid: (value) => Object.values(REMOVAL_POLICIES).includes(value),
    fromText: (text) => (Object.hasOwn(REMOVAL_POLICIES, text) ? REMOVAL_POLICIES[text] : undefined),
  },
  deletionProtection: yesOrNo,
  pointInTimeRecovery: yesOrNo,
  logRetentionDays: {
    allowed: LOG_RETENTION_DAYS.join(', '),
    isValid: (value) => LOG_RETENTION_DAYS.includes(value),
    fromText: (text) => LOG_RETENTION_DAYS.find((days) => String(days) === text),
  },
  throttleRatePerSecond: wholeNumber(1, MAX_THROTTLE_RATE_PER_SECOND),
  throttleBurst: wholeNumber(1, MAX_THROTTLE_BURST),
  corsOrigins: origins,
  domainName: textLike(DOMAIN_NAME, 'a domain name in lower case, like muster.example.com'),
  certificateArn: textLike(
    CERTIFICATE_ARN,
    'the ARN of a certificate in ACM, arn:aws:acm:<region>:<account>:certificate/…',
  ),
  customerManagedKey: yesOrNo,
  authorizerCacheSeconds: wholeNumber(0, MAX_AUTHORIZER_CACHE_SECONDS),
  endedRetentionDays: wholeNumber(1, MAX_RETENTION_DAYS),
  eventRetentionDays: wholeNumber(1, MAX_RETENTION_DAYS),
  messageRetentionDays: wholeNumber(1, MAX_RETENTION_DAYS),
  busArchiveDays: wholeNumber(0, MAX_RETENTION_DAYS),
  // A reminder further ahead than a week would remind of what nobody waits for any more.
  reminderIntervalSeconds: wholeNumber(1, 7 * 24 * 3_600),
  reminderLimit: wholeNumber(0, 10),
  alarmEmail: textLike(/^[^\s@]+@[^\s@]+$/, 'an e-mail address'),
};

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** Settings as a command line gives them, on top of a stage's: by name, every value a string. */
export type SettingTexts = Readonly<Partial<Record<SettingName, string>>>;

/**
 * The validated settings of a stage.
 *
 * @throws StageSettingError for a stage or setting that doesn't exist or a value out of bounds
 */
export function stageSettings(stageName: string, texts: SettingTexts = {}): StageSettings {
  if (!isStageName(stageName)) throw new StageSettingError('stage', stageName, STAGE_NAMES.join(', '));
  const overrides = Object.entries(texts).map(([name, text]) => [name, settingFromText(name, text)]);
  const settings = { ...STAGES[stageName], ...(Object.fromEntries(overrides) as Partial<StageSettings>) };
  validateStageSettings(settings);
  return settings;
}

/** What was set with `-c name=value`; the CDK's own context, which is in there too, is left out. */
export function settingTextsOf(context: (name: SettingName) => unknown): SettingTexts {
  const given = SETTING_NAMES.map((name) => [name, context(name)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}

/**
 * A setting that is misspelt would be left out without a word. Keys of the CDK itself have a colon or a slash in them, or a dash, by which
 * no setting is meant.
 *
 * @throws Error naming the key and the settings that there are
 */
export function refuseUnknownContext(context: Readonly<Record<string, unknown>>): void {
  const plain = (name: string): string => name.replace(/[-_]/g, '').toLowerCase();
  const settings = new Set(SETTING_NAMES.map(plain));
  for (const name of Object.keys(context)) {
    if ((/^\w+$/.test(name) || settings.has(plain(name))) && name !== 'stage') requireSettingName(name);
  }
}

function requireSettingName(name: string): asserts name is SettingName {
  if (!isSettingName(name))
    throw new Error(`There is no stage setting "${name}"; there are: ${SETTING_NAMES.join(', ')}.`);
}

function settingFromText(name: string, text: string): unknown {
  requireSettingName(name);
  const { fromText, allowed } = SETTINGS[name];
  const value = fromText(text);
  if (value === undefined) throw new StageSettingError(name, text, allowed);
  return value;
}

function isStageName(value: string): value is StageName {
  return (STAGE_NAMES as readonly string[]).includes(value);
}

function isSettingName(value: string): value is SettingName {
  return (SETTING_NAMES as readonly string[]).includes(value);
}

/** @throws StageSettingError naming the first setting that is out of bounds */
export function validateStageSettings(settings: StageSettings): void {
  for (const name of SETTING_NAMES) validateSetting(name, settings[name]);
  const remindersEndSeconds = (settings.reminderLimit + 1) * settings.reminderIntervalSeconds;
  if (remindersEndSeconds >= settings.messageRetentionDays * 24 * 3_600) {
    // A reminder after that would find no acknowledgement left.
    throw new StageSettingError(
      'reminderIntervalSeconds',
      settings.reminderIntervalSeconds,
      `so few that ${settings.reminderLimit} reminders and one interval end within messageRetentionDays`,
    );
  }
  if (settings.domainName !== undefined && settings.certificateArn === undefined) {
    throw new StageSettingError('domainName', settings.domainName, 'a domain name together with certificateArn');
  }
  if (settings.certificateArn !== undefined && settings.domainName === undefined) {
    throw new StageSettingError('certificateArn', settings.certificateArn, 'a certificate together with domainName');
  }
  if (settings.deletionProtection && settings.removalPolicy === RemovalPolicy.DESTROY) {
    throw new StageSettingError('removalPolicy', 'destroy', 'retain, because deletionProtection is on');
  }
}

function validateSetting(name: SettingName, value: unknown): void {
  // Each setting is checked by its own entry of the table; the type system can't follow the pair.
  const { isValid, allowed } = SETTINGS[name] as Setting<unknown>;
  if (value !== undefined && !isValid(value)) throw new StageSettingError(name, value, allowed);
}
