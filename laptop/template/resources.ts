/** The resources of a template by type, with their names and their properties resolved. */
import { physicalNameOf } from './local-names';
import { Properties, isObject } from './properties';
import { createResolver } from './resolve';
import type { Template } from './template';

/** A resource of one type with its resolved properties. */
export interface Resource {
  readonly logicalId: string;
  readonly name: string;
  readonly properties: Properties;
  readonly metadata: Properties;
}

export type ResourcesOfType = (type: string) => readonly Resource[];

/** Types that nothing refers to by name; their logical id is enough. */
const NAMELESS = new Set([
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::SNS::Subscription',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
]);

export function resourceFinder(template: Template, stackName: string): ResourcesOfType {
  const resolve = createResolver(template, stackName);
  return (type) =>
    Object.entries(template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({
        logicalId,
        name: NAMELESS.has(type) ? logicalId : physicalNameOf(template, stackName, logicalId),
        properties: new Properties(`${type} ${logicalId}`, resolve(resource.Properties ?? {})),
        metadata: new Properties(`Metadata of ${logicalId}`, isObject(resource.Metadata) ? resource.Metadata : {}),
      }));
}
