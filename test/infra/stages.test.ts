import { describe, expect, test } from '@jest/globals';
import { RemovalPolicy } from 'aws-cdk-lib';
import { contextOfTheCli } from '../../infra/synthesize';
import { describedSettings, type SettingTexts, settingTextsOf, STAGE_NAMES, stageSettings } from '../../infra/stages';

const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

describe('stage settings', () => {
  test.each(STAGE_NAMES)('stage %s is valid as it stands', (stageName) => {
    expect(stageSettings(stageName).stageName).toBe(stageName);
  });

  test('an unknown stage is refused, naming it and those there are', () => {
    expect(() => stageSettings('staging')).toThrow('Stage setting stage is "staging"; allowed: dev, prod.');
  });

  test.each<[SettingTexts, string]>([
    [{ busArchiveDays: 'a week' }, 'busArchiveDays is "a week"; allowed: a whole number from 0 to 3650.'],
    [{ busArchiveDays: '1e3' }, 'busArchiveDays is "1e3"; allowed: a whole number from 0 to 3650.'],
    [{ busArchiveDays: '-1' }, 'busArchiveDays is "-1"; allowed: a whole number from 0 to 3650.'],
    [{ busArchiveDays: '3651' }, 'busArchiveDays is "3651"; allowed: a whole number from 0 to 3650.'],
    [{ endedRetentionDays: '1.5' }, 'endedRetentionDays is "1.5"; allowed: a whole number from 1 to 3650.'],
    [{ eventRetentionDays: '' }, 'eventRetentionDays is ""; allowed: a whole number from 1 to 3650.'],
    [{ messageRetentionDays: '0' }, 'messageRetentionDays is "0"; allowed: a whole number from 1 to 3650.'],
    [{ throttleRatePerSecond: '0' }, 'throttleRatePerSecond is "0"; allowed: a whole number from 1 to 100000.'],
    [{ throttleBurst: '50001' }, 'throttleBurst is "50001"; allowed: a whole number from 1 to 50000.'],
    [{ authorizerCacheSeconds: '3601' }, 'authorizerCacheSeconds is "3601"; allowed: a whole number from 0 to 3600.'],
    [{ reminderLimit: '11' }, 'reminderLimit is "11"; allowed: a whole number from 0 to 10.'],
    [{ agentDirectory: 'off' }, 'agentDirectory is "off"; allowed: true, false.'],
    [{ deletionProtection: 'yes' }, 'deletionProtection is "yes"; allowed: true, false.'],
    [{ customerManagedKey: 'alias/mine' }, 'customerManagedKey is "alias/mine"; allowed: true, false.'],
    [{ corsOrigins: '' }, 'corsOrigins is ""; allowed: a comma-separated list of origins'],
    [{ corsOrigins: '*,https://a.example' }, 'corsOrigins is "*,https://a.example"; allowed: a comma-separated'],
    [{ corsOrigins: 'https://a.example/' }, 'corsOrigins is "https://a.example/"; allowed: '],
    [{ corsOrigins: 'http://a.example' }, 'corsOrigins is "http://a.example"; allowed: '],
    [{ corsOrigins: 'https://*.a.example' }, 'corsOrigins is "https://*.a.example"; allowed: '],
    [
      { domainName: 'https://muster.example.com' },
      'domainName is "https://muster.example.com"; allowed: a domain name',
    ],
    [{ domainName: 'Muster.example.com' }, 'domainName is "Muster.example.com"; allowed: a domain name in lower case'],
    [{ certificateArn: 'arn:aws:iam::1:role/x' }, 'certificateArn is "arn:aws:iam::1:role/x"; allowed: the ARN'],
    [{ removalPolicy: 'snapshot' }, 'removalPolicy is "snapshot"; allowed: destroy, retain.'],
    [{ logRetentionDays: '8' }, 'logRetentionDays is "8"; allowed: 1, 3, 5, 7'],
    [{ logRetentionDays: '9999' }, 'logRetentionDays is "9999"; allowed: 1, 3, 5, 7'],
    [{ alarmEmail: 'nobody' }, 'alarmEmail is "nobody"; allowed: an e-mail address.'],
    [{ deletionProtection: 'true' }, 'removalPolicy is "destroy"; allowed: retain, because deletionProtection is on'],
    [{ domainName: 'muster.example.com' }, 'domainName is "muster.example.com"; allowed: a domain name together with'],
    [{ certificateArn: CERTIFICATE }, `certificateArn is "${CERTIFICATE}"; allowed: a certificate together with`],
    [
      { reminderIntervalSeconds: '86400', messageRetentionDays: '4' },
      'reminderIntervalSeconds is "86400"; allowed: so',
    ],
  ])('%j is refused, naming the value and what is allowed', (texts, message) => {
    expect(() => stageSettings('dev', texts)).toThrow(`Stage setting ${message}`);
  });

  test('every wrong setting is named, with the value of the stage that takes effect without it', () => {
    const texts = { busArchiveDays: 'a week', alarmEmail: 'nobody' };

    expect(() => stageSettings('prod', texts)).toThrow(
      'busArchiveDays is "a week"; allowed: a whole number from 0 to 3650. Correct or omit it; prod has 30. ' +
        'Stage setting alarmEmail is "nobody"; allowed: an e-mail address. Correct or omit it; prod has none.',
    );
  });

  test('an unknown setting is refused, naming it and those there are', () => {
    expect(() => stageSettings('dev', JSON.parse('{"archive": "1"}') as SettingTexts)).toThrow(
      'There is no stage setting "archive"; there are: removalPolicy, deletionProtection',
    );
  });

  test('a command line sets a setting of any kind on top of the stage', () => {
    const texts = settingTextsOf({
      removalPolicy: 'retain',
      deletionProtection: 'true',
      logRetentionDays: '30',
      reminderIntervalSeconds: 60,
      corsOrigins: 'https://a.example:8443,http://127.0.0.1:5173,http://localhost',
      customerManagedKey: 'true',
      domainName: 'muster.example.com',
      certificateArn: CERTIFICATE,
      alarmEmail: 'ops@example.com',
    });
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
    const lowest = { authorizerCacheSeconds: '0', throttleRatePerSecond: '1', throttleBurst: '1' };
    const highest = { authorizerCacheSeconds: '3600', throttleRatePerSecond: '100000', throttleBurst: '50000' };

    expect(stageSettings('dev', lowest)).toMatchObject({ authorizerCacheSeconds: 0, throttleBurst: 1 });
    expect(stageSettings('dev', highest)).toMatchObject({ authorizerCacheSeconds: 3_600, throttleBurst: 50_000 });
  });

  test('reminders end within the retention of messages', () => {
    const texts = { reminderIntervalSeconds: '86400', messageRetentionDays: '5' };

    expect(stageSettings('dev', texts).reminderIntervalSeconds).toBe(86_400);
  });

  test('every setting has a description', () => {
    expect(describedSettings.filter(({ description }) => description === undefined)).toEqual([]);
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

describe('the context of `cdk deploy`', () => {
  test.each(['alarmEmial', 'alarm-email', 'alarmemail'])(
    'with %s is refused, naming it and those there are',
    (name) => {
      expect(() => {
        settingTextsOf({ [name]: 'ops@example.com' });
      }).toThrow(`There is no stage setting "${name}"; there are: removalPolicy, `);
    },
  );

  test('with what the CLI and the CDK put there is taken, for its settings', () => {
    const context = {
      ...contextOfTheCli(),
      stage: 'prod',
      busArchiveDays: '7',
      'aws:cdk:enable-path-metadata': true,
    };

    expect(settingTextsOf(context)).toEqual({ busArchiveDays: '7' });
  });
});
