import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { OPTIONAL_SETTINGS } from '../../scripts/optional-settings';
import { createTemplate, functionsOf, resourcesOf, targetOf } from './stack-under-test';

const plain = createTemplate('prod');
const template = createTemplate('prod', OPTIONAL_SETTINGS);

describe('corsOrigins', () => {
  test('lets pages of these origins call the API with a token and read what they need', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: {
        AllowOrigins: ['https://console.example.com', 'http://localhost:5173'],
        AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
        AllowHeaders: Match.arrayWith(['authorization', 'content-type', 'idempotency-key']),
        ExposeHeaders: Match.arrayWith(['apigw-requestid', 'location', 'retry-after', 'traceparent']),
        AllowCredentials: Match.absent(),
      },
    });
  });

  test('are none unless set', () => {
    plain.hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
  });
});

describe('domainName', () => {
  test('is mapped to the API over TLS 1.2 or newer', () => {
    const [api] = resourcesOf(template, 'AWS::ApiGatewayV2::Api');
    const [domain] = resourcesOf(template, 'AWS::ApiGatewayV2::DomainName');
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'muster.example.com',
      DomainNameConfigurations: [
        {
          CertificateArn: OPTIONAL_SETTINGS.certificateArn,
          EndpointType: 'REGIONAL',
          SecurityPolicy: 'TLS_1_2',
        },
      ],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      ApiId: { Ref: api?.logicalId },
      DomainName: { Ref: domain?.logicalId },
      Stage: '$default',
      ApiMappingKey: Match.absent(),
    });
  });

  test('is where the API is, and the outputs say what its DNS record points to', () => {
    const [domain] = resourcesOf(template, 'AWS::ApiGatewayV2::DomainName');
    template.hasOutput('ApiUrl', { Value: { 'Fn::Join': ['', ['https://', { Ref: domain?.logicalId }]] } });
    template.hasOutput('DomainTarget', { Value: { 'Fn::GetAtt': [domain?.logicalId, 'RegionalDomainName'] } });
    template.hasOutput('DomainTargetZone', { Value: { 'Fn::GetAtt': [domain?.logicalId, 'RegionalHostedZoneId'] } });
    expect(plain.findOutputs('DomainTarget')).toEqual({});
    expect(plain.findResources('AWS::ApiGatewayV2::DomainName')).toEqual({});
  });
});

describe('customerManagedKey', () => {
  const keys = resourcesOf<{
    Description: string;
    EnableKeyRotation: boolean;
    KeyPolicy: { Statement: { Sid?: string; Principal: unknown; Condition?: unknown; Action: unknown }[] };
  }>(template, 'AWS::KMS::Key');
  const key = keys.find(({ properties }) => properties.Description.includes('stores'));
  const usesKey = (reference: unknown): boolean => targetOf(reference) === key?.logicalId;

  test('is one key, rotated, kept with the data', () => {
    expect(key?.properties.EnableKeyRotation).toBe(true);
    expect(key?.deletionPolicy).toBe('Retain');
    expect(plain.findResources('AWS::KMS::Key')).toEqual({});
    expect(
      resourcesOf(createTemplate('dev', { customerManagedKey: 'true' }), 'AWS::KMS::Key').map(
        ({ deletionPolicy }) => deletionPolicy,
      ),
    ).toEqual(['Delete']);
  });

  test('encrypts the table, every queue, the topic of messages and every log', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: {
        SSEEnabled: true,
        SSEType: 'KMS',
        KMSMasterKeyId: { 'Fn::GetAtt': [key?.logicalId, 'Arn'] },
      },
    });
    const queues = resourcesOf<{ KmsMasterKeyId?: unknown }>(template, 'AWS::SQS::Queue');
    const logs = resourcesOf<{ KmsKeyId?: unknown }>(template, 'AWS::Logs::LogGroup');
    const topics = resourcesOf<{ KmsMasterKeyId?: unknown }>(template, 'AWS::SNS::Topic');

    expect(queues.filter(({ properties }) => !usesKey(properties.KmsMasterKeyId))).toEqual([]);
    expect(logs.filter(({ properties }) => !usesKey(properties.KmsKeyId))).toEqual([]);
    // Alarms have a key that CloudWatch may use, which has no business with this one.
    expect(topics.filter(({ properties }) => !usesKey(properties.KmsMasterKeyId)).map((one) => one.logicalId)).toEqual([
      expect.stringContaining('AlarmTopic'),
    ]);
  });

  test('can be used by SNS and CloudWatch Logs for this stack only', () => {
    const services = key?.properties.KeyPolicy.Statement.filter(({ Sid }) => Sid !== undefined) ?? [];

    expect(services.map(({ Sid }) => Sid)).toEqual(['TopicsDeliverToQueues', 'LogsAreEncrypted']);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toContain(':Muster-prod-*');
  });

  test('is for each function that uses what it encrypts, and no other', () => {
    const policies = resourcesOf<{ Roles: unknown[]; PolicyDocument: { Statement: { Action: string | string[] }[] } }>(
      template,
      'AWS::IAM::Policy',
    );
    const mayUseKey = (role: unknown): boolean =>
      policies
        .filter(({ properties }) => properties.Roles.some((one) => targetOf(one) === targetOf(role)))
        .flatMap(({ properties }) => properties.PolicyDocument.Statement.flatMap(({ Action }) => [Action].flat()))
        .includes('kms:Decrypt');
    const without = [...functionsOf(template, 'prod')].filter(([, { properties }]) => !mayUseKey(properties.Role));

    expect(without.map(([name]) => name)).toEqual(['serve-public', 'serve-console']);
  });
});
