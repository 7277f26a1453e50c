import { describe, expect, test } from '@jest/globals';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createStack, STAGE_VARIANTS } from './stack-under-test';

describe.each(STAGE_VARIANTS)('AWS Solutions rules for stage %s', (_name, stageName, settings) => {
  const { app, stack } = createStack(stageName, settings);

  test('are met', () => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack);

    expect(
      violations.map(({ ruleName, violatingResources }) => ({
        ruleName,
        paths: violatingResources.map(({ constructPath }) => constructPath),
      })),
    ).toEqual([]);
  });

  test('every acknowledged rule says why', () => {
    const acknowledged = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>));

    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter(([, reason]) => reason.trim().length < 40)).toEqual([]);
  });

  test('no rule is acknowledged for the whole stack or app', () => {
    const wide = [app, stack]
      .flatMap(({ node }) => node.metadata)
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY);

    expect(wide).toEqual([]);
  });
});
