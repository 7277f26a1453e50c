/**
 * The functions of the stack, run inside this thread: the bundles that deploy, with the environment of the template.
 *
 * One thread has one environment, so a variable that two functions want with different values is an error at the start.
 */
import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { LocalError, messageOf } from '../local-error';
import type { FunctionModel } from '../template/function-model';
import { Environments, type Handler } from './environments';

export interface Functions {
  /**
   * Calls a function and waits for its result.
   *
   * @throws FunctionError when it throws or takes longer than its timeout
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  has(functionName: string): boolean;
}

/** A failed call, as Lambda reports it to the caller. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';

  constructor(
    readonly functionName: string,
    /** The class of the error that was thrown, or `Sandbox.Timedout`. */
    readonly errorType: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const TIMED_OUT = 'Sandbox.Timedout';

/** Set by the host for all functions: every service they call is on this machine. */
export interface HostEnvironment {
  readonly [name: string]: string;
}

/** Variables that would direct the AWS SDK away from this machine. */
const FORBIDDEN_VARIABLES = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_ENDPOINT_URL',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
];

/** Options for Lambda's Node process, which here is this one, already running. */
const PROCESS_VARIABLE = 'NODE_OPTIONS';

export interface LoadedNames {
  /** Functions to import now; the others are imported when called. */
  readonly imported: ReadonlySet<string>;
  /** Functions that run many calls at once, see Environments. */
  readonly shared: ReadonlySet<string>;
}

/** Sets the environment of this thread and imports the bundles. */
export async function loadFunctions(
  models: readonly FunctionModel[],
  host: HostEnvironment,
  { imported, shared }: LoadedNames,
): Promise<Functions> {
  for (const name of FORBIDDEN_VARIABLES) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, mergeEnvironments(models), host);
  const functions = new Map(
    models.map((model) => [model.name, { model, environments: new Environments(model, !shared.has(model.name)) }]),
  );
  const warming = [...functions.values()].filter(({ model }) => imported.has(model.name));
  await Promise.all(warming.map(({ environments }) => environments.warmUp()));
  return {
    has: (functionName) => functions.has(functionName),
    invoke: async (functionName, event) => {
      const entry = functions.get(functionName);
      if (entry === undefined) throw new LocalError(`The stack has no function ${functionName}.`);
      const { handler, release } = await entry.environments.acquire();
      let fit = true;
      try {
        return await run(entry.model, handler, event);
      } catch (error) {
        fit = !(error instanceof FunctionError && error.errorType === TIMED_OUT);
        throw error;
      } finally {
        release(fit);
      }
    },
  };
}

/** @throws LocalError for a variable with two values */
export function mergeEnvironments(models: readonly FunctionModel[]): Readonly<Record<string, string>> {
  const merged = new Map<string, { readonly value: string; readonly functionName: string }>();
  for (const { name: functionName, environment } of models) {
    for (const [name, value] of Object.entries(environment)) {
      if (name === PROCESS_VARIABLE) continue;
      const known = merged.get(name);
      if (known !== undefined && known.value !== value) {
        throw new LocalError(
          `${name} is '${known.value}' in ${known.functionName} and '${value}' in ${functionName}; on a laptop, all functions share one environment.`,
        );
      }
      merged.set(name, { value, functionName });
    }
  }
  return Object.fromEntries([...merged].map(([name, { value }]) => [name, value]));
}

async function run(model: FunctionModel, handler: Handler, event: unknown): Promise<unknown> {
  const deadline = Date.now() + model.timeoutMs;
  const context = createContext(model, deadline);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `${context.awsRequestId} Task timed out after ${(model.timeoutMs / 1_000).toFixed(2)} seconds`;
      reject(new FunctionError(model.name, TIMED_OUT, message));
    }, model.timeoutMs);
  });
  try {
    return await Promise.race([handler(event, context), timeout]);
  } catch (error) {
    if (error instanceof FunctionError) throw error;
    const errorType = error instanceof Error ? error.name : 'Error';
    throw new FunctionError(model.name, errorType, messageOf(error), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function createContext(model: FunctionModel, deadline: number): Context {
  const context: Omit<Context, 'done' | 'fail' | 'succeed'> = {
    awsRequestId: randomUUID(),
    callbackWaitsForEmptyEventLoop: false,
    functionName: model.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: model.arn,
    memoryLimitInMB: String(model.memoryMb),
    logGroupName: `/aws/lambda/${model.name}`,
    logStreamName: 'laptop',
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  // The three missing members date from Node 0.10; Lambda itself has removed them.
  return context as Context;
}
