/**
 * The laptop stack's model, read from the synthesized template: the same functions, routes and sources that deploy.
 */
import path from 'node:path';
import type { Properties } from './properties';
import { resourceFinder, type Resource } from './resources';
import { createResolver } from './resolve';
import { readAsyncSettings, readFunction, type AsyncSettings, type FunctionModel } from './function-model';
import { readHttpApi, type HttpApiModel } from './http-api-model';
import { readQueues, readTopics, type QueueModel, type TopicModel } from './messaging-model';
import { readQueueSource, readStreamSource, type QueueSourceModel, type StreamSourceModel } from './source-model';
import { ignoredTypes, loadTemplate, type Template } from './template';

export interface StackModel {
  readonly stackName: string;
  readonly functions: readonly FunctionModel[];
  /** Handling of failed asynchronous calls, by function name. */
  readonly asyncSettings: ReadonlyMap<string, AsyncSettings>;
  readonly httpApi: HttpApiModel;
  readonly tables: readonly TableModel[];
  readonly streamSources: readonly StreamSourceModel[];
  readonly queueSources: readonly QueueSourceModel[];
  readonly queues: readonly QueueModel[];
  readonly topics: readonly TopicModel[];
  readonly scheduleGroupNames: readonly string[];
  readonly eventBusNames: readonly string[];
  /** Without the API's URL, which is known once the laptop listens. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Resource types that change nothing here, like alarms. */
  readonly ignoredTypes: readonly string[];
}

export interface TableModel {
  readonly name: string;
  /** As in the template; all but a few are the same in a CreateTable request. */
  readonly properties: Properties;
}

export interface SynthesizedStack {
  readonly templateFile: string;
  readonly assemblyDirectory: string;
  readonly stackName: string;
}

/** @throws LocalError naming what the laptop stack doesn't support in the template */
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
    eventBusNames: resources('AWS::Events::EventBus').map(({ name }) => name),
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
