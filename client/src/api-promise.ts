/** What came back beside the body. */
export interface ResponseInfo {
  readonly status: number;
  readonly headers: Headers;
  /** Under which the service has logged the request; undefined behind a gateway that doesn't tell. */
  readonly requestId: string | undefined;
  /** Requests sent, first included. */
  readonly attempts: number;
}

export interface WithResponse<T> {
  readonly data: T;
  readonly response: ResponseInfo;
}

/**
 * The promise of an answer's body. `withResponse()` gives status and headers, too.
 *
 * @example
 * const { data, response } = await muster.syncPoints.get('nightly').withResponse();
 * console.log(data.status, response.status, response.requestId);
 */
export class ApiPromise<T> extends Promise<T> {
  readonly #answer: Promise<WithResponse<T>>;

  /** What `then` and `catch` make of it is an ordinary promise. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  constructor(answer: Promise<WithResponse<T>>) {
    super((resolve, reject) => {
      answer.then(({ data }) => {
        resolve(data);
      }, reject);
    });
    this.#answer = answer;
  }

  withResponse(): Promise<WithResponse<T>> {
    // Who asks for both has the error from this one.
    this.catch(() => undefined);
    return this.#answer;
  }
}
