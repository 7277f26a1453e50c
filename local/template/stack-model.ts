/** What the laptop stack runs, read from the synthesized template: the same functions, routes and sources that deploy. */
import path from 'node:path';
import { LocalError } from '../local-error';
import { physicalNameOf } from './local-names';
import { Properties, isObject } from './properties';
import { createResolver } from './resolve';
import { readAsyncSettings, readFunction, type AsyncSettings, type FunctionModel } from './function-model';
import { readHttpApi, type HttpApiModel } from './http-api-model';
import { readEventBuses, readQueues, readTopics } from './messaging-model';
import type { EventBusModel, QueueModel, TopicModel } from './messaging-model';
import { readQueueSource, readStreamSource, type QueueSourceModel, type StreamSourceModel } from './source-model';
import { ignoredTypes, loadTemplate, type Template } from './template';

export interface StackModel {
  readonly stackName: string;
  readonly functions: readonly FunctionModel[];
  /** What happens to asynchronous calls that fail, by function name. */
  readonly asyncSettings: ReadonlyMap<string, AsyncSettings>;
  readonly httpApi: HttpApiModel;
  readonly tables: readonly TableModel[];
  readonly streamSources: readonly StreamSourceModel[];
  readonly queueSources: readonly QueueSourceModel[];
  readonly queues: readonly QueueModel[];
  readonly topics: readonly TopicModel[];
  readonly scheduleGroupNames: readonly string[];
  readonly eventBuses: readonly EventBusModel[];
  /** Without the API's URL, which is known once the laptop listens. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Resource types that change nothing here, like alarms. */
  readonly ignoredTypes: readonly string[];
}

export interface TableModel {
  readonly name: string;
  /** As in the template, which are those of the CreateTable request but for a few. */
  readonly properties: Properties;
}

/** A resource of one type with its resolved properties. */
export interface Resource {
  readonly logicalId: string;
  readonly name: string;
  readonly properties: Properties;
  readonly metadata: Properties;
}

export interface SynthesizedStack {
  readonly templateFile: string;
  readonly assemblyDirectory: string;
  readonly stackName: string;
}

/** @throws LocalError naming what the template has and the laptop stack can't do */
export function readStackModel({ templateFile, assemblyDirectory, stackName }: SynthesizedStack): StackModel {
  const template = loadTemplate(templateFile);
  const resources = resourceFinder(template, stackName);
  const functions = resources('AWS::Lambda::Function').map((resource) =>
    readFunction(resource, path.resolve(assemblyDirectory)),
  );
  const sources = resources('AWS::Lambda::EventSourceMapping');
  const isQueue = ({ properties }: Resource): boolean => properties.text('EventSourceArn').includes(':sqs:');
  return {
    stackName,
    functions,
    asyncSettings: new Map(resources('AWS::Lambda::EventInvokeConfig').map(readAsyncSettings)),
    httpApi: readHttpApi(resources, functions),
    tables: resources('AWS::DynamoDB::Table').map(({ name, properties }) => ({ name, properties })),
    streamSources: sources.filter((source) => !isQueue(source)).map(readStreamSource),
    queueSources: sources.filter(isQueue).map(readQueueSource),
    queues: readQueues(resources('AWS::SQS::Queue')),
    topics: readTopics(resources('AWS::SNS::Topic'), resources('AWS::SNS::Subscription')),
    scheduleGroupNames: resources('AWS::Scheduler::ScheduleGroup').map(({ name }) => name),
    eventBuses: readEventBuses(resources('AWS::Events::EventBus'), resources('AWS::Events::Rule')),
    outputs: readOutputs(template, stackName),
    ignoredTypes: ignoredTypes(template),
  };
}

export const API_URL_OUTPUT = 'ApiUrl';

function readOutputs(template: Template, stackName: string): Readonly<Record<string, string>> {
  const resolve = createResolver(template, stackName);
  const outputs = Object.entries(template.Outputs ?? {}).filter(([name]) => name !== API_URL_OUTPUT);
  return Object.fromEntries(
    outputs.map(([name, { Value }]) => {
      const value = resolve(Value);
      return [name, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}

export type ResourcesOfType = (type: string) => readonly Resource[];

function resourceFinder(template: Template, stackName: string): ResourcesOfType {
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

const NAMELESS = new Set([
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::SNS::Subscription',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
]);

/** The function that an ARN or a name stands for. */
export function functionNameOfArn(arn: string): string {
  const name = /^(?:arn:aws:lambda:[^:]*:[^:]*:function:)?([^:]+)(?::\$LATEST)?$/.exec(arn)?.[1];
  if (name === undefined) throw new LocalError(`'${arn}' is not the ARN of a function.`);
  return name;
}
