import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { CommandError } from '../errors';

/**
 * Calls a function and waits for its answer.
 *
 * @param functionName name or ARN
 * @throws CommandError with what the function threw
 */
export async function callFunction(client: LambdaClient, functionName: string, payload: string): Promise<unknown> {
  const { FunctionError, Payload } = await client.send(
    // Without the version that Lambda names in its records, which needs a permission of its own.
    new InvokeCommand({ FunctionName: functionName.replace(/:\$LATEST$/, ''), Payload: Buffer.from(payload) }),
  );
  const answer: unknown =
    Payload === undefined || Payload.length === 0 ? null : JSON.parse(Buffer.from(Payload).toString());
  if (FunctionError === undefined) return answer;
  const { errorType = FunctionError, errorMessage = '' } = (answer ?? {}) as {
    errorType?: string;
    errorMessage?: string;
  };
  throw new CommandError(`${errorType}: ${errorMessage}`);
}
