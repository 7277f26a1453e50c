/**
 * Lambda's Invoke, for synchronous calls of a function with an SDK, such as a manual redrive.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
import { AwsAnswer, AwsError, type AwsService } from '../aws-endpoint';
import { functionNameOfArn } from '../template/local-names';
import { FunctionError, type Functions } from './functions';

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export function createInvocation(functions: Functions): AwsService {
  return async ({ method, path, body }) => {
    const asked = method === 'POST' ? INVOCATION.exec(path)?.[1] : undefined;
    if (asked === undefined) return undefined;
    const functionName = functionNameOfArn(asked);
    if (!functions.has(functionName)) {
      throw new AwsError('ResourceNotFoundException', 404, `Function not found: ${functionName}`);
    }
    try {
      const answer = await functions.invoke(functionName, body);
      return new AwsAnswer(200, JSON_CONTENT, JSON.stringify(answer ?? null));
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      const { errorType, message } = error;
      const headers = { ...JSON_CONTENT, 'x-amz-function-error': 'Unhandled' };
      return new AwsAnswer(200, headers, JSON.stringify({ errorType, errorMessage: message }));
    }
  };
}

const JSON_CONTENT = { 'content-type': 'application/json' };
