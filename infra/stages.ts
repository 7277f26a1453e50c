/**
 * What differs between stages, validated: a wrong setting fails the synthesis, naming the value and what is allowed.
 *
 * Deliberately small. A setting is added when two stages need two values, not before.
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

  /** After how many minutes without acknowledgement a message that requires one is sent again. */
  readonly reminderIntervalMinutes: number;

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
    authorizerCacheSeconds: 5,
    endedRetentionDays: 90,
    eventRetentionDays: 90,
    messageRetentionDays: 30,
    busArchiveDays: 0,
    reminderIntervalMinutes: 60,
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
    authorizerCacheSeconds: 5,
    endedRetentionDays: 90,
    eventRetentionDays: 90,
    messageRetentionDays: 30,
    busArchiveDays: 30,
    reminderIntervalMinutes: 60,
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

/** What the command line may set (`-c name=value`) on top of a stage. */
export interface StageOverrides {
  readonly alarmEmail?: string;
}

/**
 * The validated settings of a stage.
 *
 * @throws StageSettingError for a stage that doesn't exist or a setting out of bounds
 */
export function stageSettings(stageName: string, overrides: StageOverrides = {}): StageSettings {
  if (!isStageName(stageName)) throw new StageSettingError('stage', stageName, STAGE_NAMES.join(', '));
  const settings = { ...STAGES[stageName], ...overrides };
  validateStageSettings(settings);
  return settings;
}

function isStageName(value: string): value is StageName {
  return (STAGE_NAMES as readonly string[]).includes(value);
}

/** The longest that API Gateway caches an authorizer's answer. */
const MAX_AUTHORIZER_CACHE_SECONDS = 3_600;

/** API Gateway's default quota of an account and region; a higher rate would never be reached. */
const MAX_THROTTLE_RATE_PER_SECOND = 10_000;
const MAX_THROTTLE_BURST = 5_000;

const MAX_RETENTION_DAYS = 3_650;

const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** @throws StageSettingError naming the first setting that is out of bounds */
export function validateStageSettings(settings: StageSettings): void {
  if (!LOG_RETENTION_DAYS.includes(settings.logRetentionDays)) {
    throw new StageSettingError('logRetentionDays', settings.logRetentionDays, LOG_RETENTION_DAYS.join(', '));
  }
  requireInteger(settings, 'throttleRatePerSecond', 1, MAX_THROTTLE_RATE_PER_SECOND);
  requireInteger(settings, 'throttleBurst', 1, MAX_THROTTLE_BURST);
  requireInteger(settings, 'authorizerCacheSeconds', 0, MAX_AUTHORIZER_CACHE_SECONDS);
  requireInteger(settings, 'endedRetentionDays', 1, MAX_RETENTION_DAYS);
  requireInteger(settings, 'eventRetentionDays', 1, MAX_RETENTION_DAYS);
  requireInteger(settings, 'messageRetentionDays', 1, MAX_RETENTION_DAYS);
  requireInteger(settings, 'busArchiveDays', 0, MAX_RETENTION_DAYS);
  // A schedule further ahead than a week would remind of what nobody waits for any more.
  requireInteger(settings, 'reminderIntervalMinutes', 1, 7 * 24 * 60);
  requireInteger(settings, 'reminderLimit', 0, 10);
  const remindersEndMinutes = (settings.reminderLimit + 1) * settings.reminderIntervalMinutes;
  if (remindersEndMinutes >= settings.messageRetentionDays * 24 * 60) {
    // A reminder after that would find no acknowledgement left.
    throw new StageSettingError(
      'reminderIntervalMinutes',
      settings.reminderIntervalMinutes,
      `so few that ${settings.reminderLimit} reminders and one interval end within messageRetentionDays`,
    );
  }
  if (settings.deletionProtection && settings.removalPolicy === RemovalPolicy.DESTROY) {
    throw new StageSettingError('removalPolicy', 'destroy', 'retain, because deletionProtection is on');
  }
  if (settings.alarmEmail !== undefined && !/^[^\s@]+@[^\s@]+$/.test(settings.alarmEmail)) {
    throw new StageSettingError('alarmEmail', settings.alarmEmail, 'an e-mail address');
  }
}

type NumericSetting = {
  [K in keyof StageSettings]-?: StageSettings[K] extends number ? K : never;
}[keyof StageSettings];

function requireInteger(settings: StageSettings, setting: NumericSetting, min: number, max: number): void {
  const value: number = settings[setting];
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new StageSettingError(setting, value, `a whole number from ${min} to ${max}`);
  }
}
