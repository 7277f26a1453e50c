import type { SettingTexts } from '../infra/stages';

/** What no stage sets by itself, for checks of the template with everything on. */
export const OPTIONAL_SETTINGS: SettingTexts = {
  alarmEmail: 'ops@example.com',
  certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012',
  corsOrigins: 'https://console.example.com,http://localhost:5173',
  customerManagedKey: 'true',
  domainName: 'muster.example.com',
};
