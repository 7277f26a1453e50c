/** What an error of any kind says and ends with. */
import { ApiError, AuthenticationError, MusterError, WaitTimeoutError } from '@muster/client';
import { EndedWith, Interrupted, UsageError } from './errors';
import { EXIT } from './exit-codes';
import { oneLine } from './text';

/**
 * What to do about the errors that a first use meets, by the name that the AWS SDK gives them. Its own messages
 * assume that the reader knows which call was made.
 */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: 'AWS credentials were not found: set AWS_PROFILE, or sign in with the AWS CLI.',
  ExpiredToken: 'The AWS credentials have expired; sign in again.',
  ExpiredTokenException: 'The AWS credentials have expired; sign in again.',
  UnrecognizedClientException: 'AWS does not know these credentials; check AWS_PROFILE and AWS_REGION.',
  InvalidClientTokenId: 'AWS does not know these credentials; check AWS_PROFILE.',
  ResourceNotFoundException: 'The table does not exist in this account and region; check the name and AWS_REGION.',
};

/** One line for any error. */
export function explain(error: unknown): string {
  if (error instanceof ApiError) return explainAnswer(error);
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const line = oneLine(message);
  if (error instanceof MusterError) return line;
  if (line === 'Region is missing') return 'No AWS region is set: set AWS_REGION, or a region in your AWS profile.';
  if (name === 'ValidationError' && /^Stack with id .* does not exist$/.test(line)) {
    return `${line} in this account and region; deploy it first, or check --stage and AWS_REGION.`;
  }
  if (/^Function not found/.test(line)) return `${line}.`;
  return ADVICE[name] ?? (line === '' ? `The command failed without a message (${name}).` : line);
}

/** What was asked for is in the command; the rest is the service's own sentence. */
function explainAnswer(error: ApiError): string {
  // The sentence is about the first place already, and may say "(and 2 more)".
  const others = error.violations.filter(({ pointer, detail }) => !error.detail.startsWith(`${pointer} ${detail}`));
  const places = others.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  const source = [`${error.status}${error.code ? ` ${error.code}` : ''}`];
  if (error.requestId !== undefined) source.push(`request ${error.requestId}`);
  const advice = error instanceof AuthenticationError ? ' Run muster login, or set MUSTER_TOKEN.' : '';
  return oneLine(`${[error.detail, ...places].join(' ')}${advice} (${source.join(', ')})`);
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof EndedWith) return error.exitCode;
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return error.signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  if (error instanceof WaitTimeoutError) return EXIT.timeLimit;
  if (error instanceof ApiError && [401, 403, 404].includes(error.status)) return EXIT.notFound;
  return EXIT.error;
}
