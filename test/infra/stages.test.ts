import { describe, expect, test } from '@jest/globals';
import { RemovalPolicy } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { contextOfTheCli } from '../../infra/synthesize';
import {
  refuseUnknownContext,
  SETTING_NAMES,
  type SettingName,
  settingTextsOf,
  STAGE_NAMES,
  type StageSettings,
  stageSettings,
  validateStageSettings,
} from '../../infra/stages';

/** A number that isn't one of the periods of CloudWatch Logs, as only plain JavaScript could pass it. */
const EIGHT_DAYS = JSON.parse('8') as RetentionDays;

const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

describe('stage settings', () => {
  test.each(STAGE_NAMES)('stage %s is valid as it stands', (stageName) => {
    expect(stageSettings(stageName).stageName).toBe(stageName);
  });

  test('an unknown stage is refused, naming it and those there are', () => {
    expect(() => stageSettings('staging')).toThrow('Stage setting stage is "staging"; allowed: dev, prod.');
  });

  test.each<[Partial<StageSettings>, string]>([
    [{ logRetentionDays: EIGHT_DAYS }, 'logRetentionDays is 8; allowed: 1, 3, 5, 7'],
    [{ throttleRatePerSecond: 0 }, 'throttleRatePerSecond is 0; allowed: a whole number from 1 to 100000'],
    [{ throttleBurst: 50_001 }, 'throttleBurst is 50001; allowed: a whole number from 1 to 50000'],
    [{ authorizerCacheSeconds: -1 }, 'authorizerCacheSeconds is -1; allowed: a whole number from 0 to 3600'],
    [{ authorizerCacheSeconds: 3_601 }, 'authorizerCacheSeconds is 3601; allowed: a whole number from 0 to 3600'],
    [{ endedRetentionDays: 1.5 }, 'endedRetentionDays is 1.5; allowed: a whole number from 1 to 3650'],
    [{ eventRetentionDays: Number.NaN }, 'eventRetentionDays is null; allowed: a whole number from 1 to 3650'],
    [{ busArchiveDays: -1 }, 'busArchiveDays is -1; allowed: a whole number from 0 to 3650'],
    [{ messageRetentionDays: 0 }, 'messageRetentionDays is 0; allowed: a whole number from 1 to 3650'],
    [{ deletionProtection: true }, 'removalPolicy is "destroy"; allowed: retain, because deletionProtection is on'],
    [
      { corsOrigins: ['*', 'https://a.example'] },
      'corsOrigins is ["*","https://a.example"]; allowed: a comma-separated',
    ],
    [{ domainName: 'muster.example.com' }, 'domainName is "muster.example.com"; allowed: a domain name together with'],
    [{ certificateArn: CERTIFICATE }, `certificateArn is "${CERTIFICATE}"; allowed: a certificate together with`],
    [{ alarmEmail: 'nobody' }, 'alarmEmail is "nobody"; allowed: an e-mail address'],
  ])('%j is refused, naming the value and what is allowed', (wrong, message) => {
    const settings: StageSettings = { ...stageSettings('dev'), ...wrong };

    expect(() => {
      validateStageSettings(settings);
    }).toThrow(message);
  });

  test.each<[string, string, string]>([
    ['busArchiveDays', 'a week', 'busArchiveDays is "a week"; allowed: a whole number from 0 to 3650.'],
    ['busArchiveDays', '1e3', 'busArchiveDays is "1e3"; allowed: a whole number from 0 to 3650.'],
    ['busArchiveDays', '3651', 'busArchiveDays is 3651; allowed: a whole number from 0 to 3650.'],
    ['deletionProtection', 'yes', 'deletionProtection is "yes"; allowed: true, false.'],
    ['customerManagedKey', 'alias/mine', 'customerManagedKey is "alias/mine"; allowed: true, false.'],
    ['corsOrigins', '', 'corsOrigins is [""]; allowed: a comma-separated list of origins'],
    ['corsOrigins', 'https://a.example/', 'corsOrigins is ["https://a.example/"]; allowed: '],
    ['corsOrigins', 'http://a.example', 'corsOrigins is ["http://a.example"]; allowed: '],
    ['corsOrigins', 'https://*.a.example', 'corsOrigins is ["https://*.a.example"]; allowed: '],
    ['domainName', 'https://muster.example.com', 'domainName is "https://muster.example.com"; allowed: a domain name'],
    ['domainName', 'Muster.example.com', 'domainName is "Muster.example.com"; allowed: a domain name in lower case'],
    ['certificateArn', 'arn:aws:iam::111122223333:role/x', 'certificateArn is "arn:aws:iam::111122223333:role/x"'],
    ['removalPolicy', 'snapshot', 'removalPolicy is "snapshot"; allowed: destroy, retain.'],
    ['logRetentionDays', '8', 'logRetentionDays is "8"; allowed: 1, 3, 5, 7'],
    ['archive', '1', 'There is no stage setting "archive"; there are: removalPolicy, deletionProtection'],
  ])('%s=%s on a command line is refused', (name, text, message) => {
    expect(() => stageSettings('dev', { [name]: text })).toThrow(message);
  });

  test('a command line sets a setting of any kind on top of the stage', () => {
    const texts = settingTextsOf(
      (name) =>
        ({
          removalPolicy: 'retain',
          deletionProtection: 'true',
          logRetentionDays: '30',
          reminderIntervalSeconds: 60,
          corsOrigins: 'https://a.example:8443,http://127.0.0.1:5173,http://localhost',
          customerManagedKey: 'true',
          domainName: 'muster.example.com',
          certificateArn: CERTIFICATE,
          alarmEmail: 'ops@example.com',
        })[name as string],
    );
    expect(stageSettings('dev', texts)).toEqual({
      ...stageSettings('dev'),
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: true,
      logRetentionDays: 30,
      reminderIntervalSeconds: 60,
      corsOrigins: ['https://a.example:8443', 'http://127.0.0.1:5173', 'http://localhost'],
      customerManagedKey: true,
      domainName: 'muster.example.com',
      certificateArn: CERTIFICATE,
      alarmEmail: 'ops@example.com',
    });
  });

  test('any origin may be allowed', () => {
    expect(stageSettings('dev', { corsOrigins: '*' }).corsOrigins).toEqual(['*']);
  });

  test('the bounds themselves are allowed', () => {
    const lowest = { ...stageSettings('dev'), authorizerCacheSeconds: 0, throttleRatePerSecond: 1, throttleBurst: 1 };
    const highest = { ...lowest, authorizerCacheSeconds: 3_600, throttleRatePerSecond: 10_000, throttleBurst: 5_000 };

    expect(() => {
      validateStageSettings(lowest);
      validateStageSettings(highest);
    }).not.toThrow();
  });

  test('prod keeps what dev throws away', () => {
    expect(stageSettings('prod')).toMatchObject({
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: true,
      pointInTimeRecovery: true,
    });
    expect(stageSettings('dev').removalPolicy).toBe(RemovalPolicy.DESTROY);
  });
});

test('docs/operations.md names every setting, with what it is in each stage', () => {
  const text = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const table = text.slice(text.indexOf('| setting (`infra/stages.ts`)')).split('\n\n')[0] ?? '';
  const rows = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()));
  const documented = rows.flatMap(([, names = '', , dev = '', prod = '']) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => ({ name: name as SettingName, dev, prod })),
  );

  expect(documented.map(({ name }) => name).sort()).toEqual([...SETTING_NAMES].sort());
  for (const { name, ...texts } of documented) {
    for (const stageName of STAGE_NAMES) {
      const set = texts[stageName] === 'none' ? {} : { [name]: texts[stageName] };
      const settings = stageSettings(stageName, set);
      expect({ name, stageName, value: settings[name] }).toEqual({
        name,
        stageName,
        value: stageSettings(stageName)[name],
      });
      expect({ name, isNone: [undefined, ''].includes(settings[name]?.toString()) }).toEqual({
        name,
        isNone: texts[stageName] === 'none',
      });
    }
  }
});

describe('the context of `cdk deploy`', () => {
  test.each(['alarmEmial', 'alarm-email', 'alarmemail'])(
    'with %s is refused, naming it and those there are',
    (name) => {
      expect(() => {
        refuseUnknownContext({ [name]: 'ops@example.com' });
      }).toThrow(`There is no stage setting "${name}"; there are: removalPolicy, `);
    },
  );

  test('with what the CLI and the CDK put there is taken', () => {
    expect(() => {
      refuseUnknownContext({
        ...contextOfTheCli(),
        stage: 'prod',
        busArchiveDays: '7',
        'aws:cdk:enable-path-metadata': true,
      });
    }).not.toThrow();
  });
});
