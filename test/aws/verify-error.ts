/** What is shown as one line, without a stack: the message says what is wrong and what to do. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError';

  constructor(
    message: string,
    /** The end of what a command printed, shown below the message. */
    readonly printed = '',
  ) {
    super(message);
  }
}
