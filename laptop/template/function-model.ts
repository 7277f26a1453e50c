import path from 'node:path';
import { LocalError } from '../local-error';
import type { Resource } from './resources';
import { localArn } from './template';

export interface FunctionModel {
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the bundle. */
  readonly moduleFile: string;
  readonly exportName: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** AWS::Lambda::EventInvokeConfig: what happens when an asynchronous call fails. */
export interface AsyncSettings {
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly failureDestinationArn?: string;
}

/** Lambda's default, for a function without such a configuration. */
export const DEFAULT_ASYNC_SETTINGS: AsyncSettings = { maxRetries: 2, maxAgeMs: 6 * 3_600_000 };

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

export function readFunction({ name, properties, metadata }: Resource, assemblyDirectory: string): FunctionModel {
  const assetPath = metadata.optionalText('aws:asset:path');
  if (assetPath === undefined) throw new LocalError(`Function ${name} has no asset in the template.`);
  const handler = properties.text('Handler');
  const split = handler.lastIndexOf('.');
  return {
    name,
    arn: localArn('lambda', `function:${name}`),
    moduleFile: path.resolve(assemblyDirectory, assetPath, `${handler.slice(0, split)}.mjs`),
    exportName: handler.slice(split + 1),
    timeoutMs: properties.number('Timeout', DEFAULT_TIMEOUT_SECONDS) * 1_000,
    memoryMb: properties.number('MemorySize', DEFAULT_MEMORY_MB),
    environment: Object.fromEntries(properties.object('Environment').object('Variables').entries()),
  };
}

export function readAsyncSettings({ properties }: Resource): [string, AsyncSettings] {
  const destination = properties.object('DestinationConfig').object('OnFailure').optionalText('Destination');
  return [
    properties.text('FunctionName'),
    {
      maxRetries: properties.number('MaximumRetryAttempts', DEFAULT_ASYNC_SETTINGS.maxRetries),
      maxAgeMs: properties.number('MaximumEventAgeInSeconds', DEFAULT_ASYNC_SETTINGS.maxAgeMs / 1_000) * 1_000,
      ...(destination === undefined ? {} : { failureDestinationArn: destination }),
    },
  ];
}
