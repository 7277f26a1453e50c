/** An error whose message says all that its reader needs. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

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
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) };
  const oneLine = message.replace(/\s+/g, ' ').trim();
  if (oneLine === 'Region is missing') return 'No AWS region is set: set AWS_REGION, or a region in your AWS profile.';
  if (name === 'ValidationError' && /^Stack with id .* does not exist$/.test(oneLine)) {
    return `${oneLine} in this account and region; deploy it first, or check --stage and AWS_REGION.`;
  }
  if (/^Function not found/.test(oneLine)) return `${oneLine}.`;
  return ADVICE[name] ?? (oneLine === '' ? `The command failed without a message (${name}).` : oneLine);
}
