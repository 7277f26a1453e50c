/**
 * The explanation of every error code, for docs/errors.md and the page at /docs/errors. It is separate from the
 * catalogue, so that only the function that serves the page bundles these texts.
 */
import { CATALOG, type ErrorCode } from './errors';

interface Explanation {
  /** When the error occurs. */
  readonly when: string;
  /** What the caller can do. */
  readonly remedy: string;
}

const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  'request.not-json': {
    when: 'The request body cannot be parsed as JSON. `detail` has the message of the parser.',
    remedy: 'Send one JSON value, encoded as UTF-8.',
  },
  'request.invalid': {
    when: 'The request is well-formed, but a field, parameter or header is missing, unknown or not allowed.',
    remedy:
      'Correct each place in `errors`. `pointer` names the place; `detail` names the rule and the value received.',
  },
  'request.too-large': {
    when: 'The request body is larger than 1 MiB.',
    remedy: 'Send a smaller body. Store large data elsewhere and send a link to it.',
  },
  'request.unsupported-media-type': {
    when: 'The request has a body, and its `Content-Type` is not JSON.',
    remedy: 'Send `Content-Type: application/json`.',
  },
  'request.idempotency-key-reused': {
    when: 'The same caller already used this `Idempotency-Key` for a different request.',
    remedy: 'Use a new key for each new request. To repeat a request, send the same body with the same key.',
  },
  'route.not-found': {
    when: 'No operation has this path.',
    remedy:
      'Compare the path with the list of operations at `/docs`. A slash at the end is part of the path; only browsers are redirected.',
  },
  'route.method-not-allowed': {
    when: 'The path exists, but not with this method.',
    remedy: 'Use a method listed in the `Allow` header of the response.',
  },
  'auth.no-token': {
    when: 'The request has no `Authorization` header. In AWS, API Gateway itself sends this 401, without a code.',
    remedy: 'Send `Authorization: Bearer <token>`.',
  },
  'auth.bad-token': {
    when: 'The token is malformed, unknown or revoked, or its agent is deactivated.',
    remedy: 'Use a valid token. An admin can create one with `POST /v1/agents/{agentId}/tokens`.',
  },
  'auth.forbidden': {
    when: 'The token is valid, but the operation is reserved for the creator or for admins.',
    remedy: 'Use the token of the creator or of an admin.',
  },
  'agent.not-found': {
    when: 'No agent has this id, or the caller may not see or change it. Agents can look each other up unless the stage turns off `agentDirectory`; they can change only themselves.',
    remedy: 'Check the id, or use the token of the agent itself or of an admin.',
  },
  'agent.exists': {
    when: 'An agent with this id was registered by a different request.',
    remedy: 'Choose another id, or omit `id` and let the service choose one.',
  },
  'agent.active': {
    when: 'A request to reactivate an agent that is active, other than the repeat of the one that brought it back.',
    remedy: 'To get another token, use `POST /v1/agents/{agentId}/tokens`.',
  },
  'agent.deactivated': {
    when: 'The agent is deactivated: it cannot be changed, get new tokens or be registered again.',
    remedy: 'Bring it back with `POST /v1/agents/{agentId}/reactivate`, or register an agent with another id.',
  },
  'agent.too-many-tokens': {
    when: 'The agent already has 10 valid tokens.',
    remedy: 'Revoke a token with `DELETE /v1/agents/{agentId}/tokens/{tokenId}`, then create the new one.',
  },
  'token.revoked': {
    when: 'A request to create a token, or to reactivate an agent, was repeated with the same `Idempotency-Key` after that token was revoked.',
    remedy: 'Create a token with a new key.',
  },
  'token.not-found': {
    when: 'The agent has no valid token with this id. It may have been revoked already.',
    remedy: 'Take the id from `tokens` of `GET /v1/agents/{agentId}`.',
  },
  'sync-point.not-found': {
    when: 'No sync point has this id, or the caller is neither a participant, nor the creator, nor an admin.',
    remedy: 'Check the id and the token. Sync points are removed some time after they end.',
  },
  'sync-point.exists': {
    when: 'A sync point with this id was created by a different request, or an old one is still being removed.',
    remedy: 'Choose another id, or omit `id` and let the service choose one.',
  },
  'sync-point.not-participant': {
    when: 'The creator or an admin tried to arrive or to fail without being a participant.',
    remedy: 'Arrive with the token of a participant. `POST /v1/sync-points/{id}/complete` completes it by hand.',
  },
  'sync-point.arrived-otherwise': {
    when: 'The agent arrived before, and this request has other data, fails or excuses it. `arrival` in the problem is the first one, which counts.',
    remedy:
      'An outcome is final. Read the data that counts from the list of arrivals; to correct it, create a new sync point.',
  },
  'sync-point.failed-otherwise': {
    when: 'The agent failed before, and this request arrives, excuses it, or has another reason or other data.',
    remedy: 'An outcome is final. To try once more, create a new sync point.',
  },
  'sync-point.excused': {
    when: 'The agent was excused by the creator or an admin, so nobody waits for it any more.',
    remedy: 'Nothing is left to do at this sync point. An outcome is final.',
  },
  'sync-point.not-waiting': {
    when: 'The sync point is already completed, failed or cancelled. `syncPoint` in the problem shows how it ended.',
    remedy: 'Go on according to `syncPoint.status`. An ending is final; create a new sync point for another round.',
  },
  'sync-point.expired': {
    when: 'The deadline passed before the request. `syncPoint` in the problem shows the participants that had arrived.',
    remedy: 'Create a new sync point. A deadline can only be moved before it passes.',
  },
  'progress-tracker.not-found': {
    when: 'No progress tracker has this id, or the caller is neither a participant, nor the creator, nor an admin.',
    remedy: 'Check the id and the token. Progress trackers are removed some time after they end.',
  },
  'progress-tracker.exists': {
    when: 'A progress tracker with this id was created by a different request, or an old one is still being removed.',
    remedy: 'Choose another id, or omit `id` and let the service choose one.',
  },
  'progress-tracker.not-active': {
    when: 'The tracker is already completed, failed or cancelled. `progressTracker` in the problem shows how it ended.',
    remedy: 'Stop reporting. An ending is final; create a new progress tracker for more work.',
  },
  'progress-tracker.not-participant': {
    when: 'An admin tried to report or to fail without being a participant or the creator; or the creator tried to fail where it decides itself.',
    remedy:
      'Use the token of a participant or of the creator. The creator fails it by hand with `POST /v1/progress-trackers/{id}/fail`.',
  },
  'progress-tracker.expired': {
    when: 'The deadline passed before the request. `progressTracker` in the problem shows how far it was.',
    remedy: 'Create a new progress tracker. A deadline can only be moved before it passes.',
  },
  'progress-tracker.finished': {
    when: 'With `completeWhen: "everyone"`, a participant that has reached the total reports another step or other data.',
    remedy: 'Stop reporting. A participant that has reached the total cannot report again.',
  },
  'progress-tracker.arrived-otherwise': {
    when: 'With `completeWhen: "everyone"`, the participant has reached the total, and this request fails or excuses it.',
    remedy: 'Nothing is left to do. A participant that has reached the total has arrived.',
  },
  'progress-tracker.failed-otherwise': {
    when: 'The agent failed before, and this request reports, excuses it, or has another reason or other data.',
    remedy: 'An outcome is final. To try once more, create a new progress tracker.',
  },
  'progress-tracker.excused': {
    when: 'The agent was excused by the creator or an admin, so nobody waits for it any more.',
    remedy: 'Stop reporting. An outcome is final.',
  },
  'progress-tracker.step-mismatch': {
    when: '`ifStep` differs from the current step, which is in `actualStep`. Another report may have come first.',
    remedy: 'Decide again from `actualStep`, then report with the new `ifStep`.',
  },
  'progress-tracker.step-went-back': {
    when: 'The tracker is `monotonic`, and the reported step is lower than the current one, in `actualStep`.',
    remedy: 'Report `actualStep` or a higher step.',
  },
  'message.not-found': {
    when: 'No message has this id, the caller did not send it, or it is not in the inbox of the caller.',
    remedy: 'Check the id and the token. Messages are removed some time after they were sent.',
  },
  'store.busy': {
    when: 'The database is throttled or unreachable, or other requests kept changing the same item.',
    remedy: 'Retry after the seconds in `Retry-After`. Repeated arrivals, reports and keyed requests count once.',
  },
  'internal.error': {
    when: 'The service failed in an unexpected way. The cause is only in its log, under the `requestId` of the problem.',
    remedy: 'Retry a few times, with pauses. If the error persists, report the `requestId` to the operator.',
  },
};

/** Problems of the gateway of `npm start`. API Gateway in AWS sends the same statuses with other bodies. */
const GATEWAY_ERRORS: readonly ExplainedError[] = [
  {
    code: 'auth.refused',
    status: 403,
    title: 'The authorizer refused the request',
    retryable: false,
    when: 'The authorizer of the API did not allow the request.',
    remedy: 'Use a valid token.',
  },
  {
    code: 'request.invalid-url',
    status: 400,
    title: 'The URL is not properly encoded',
    retryable: false,
    when: 'The path or the query has an invalid percent-encoding.',
    remedy: 'Encode each part of the URL, for example with `encodeURIComponent`.',
  },
  {
    code: 'gateway.unavailable',
    status: 503,
    title: 'The service did not respond in time',
    retryable: true,
    when: 'The service is starting, or a function took longer than 30 seconds.',
    remedy: 'Retry after the seconds in `Retry-After`.',
  },
];

/** An error code with everything that its documentation says. Texts mark code with backticks. */
export interface ExplainedError extends Explanation {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** The same request can succeed later. */
  readonly retryable: boolean;
}

/** All codes, first those of the service, then those that only the gateway of a laptop sends. */
export function explainedErrors(): {
  readonly service: readonly ExplainedError[];
  readonly gateway: readonly ExplainedError[];
} {
  const codes = Object.keys(CATALOG) as ErrorCode[];
  return {
    service: codes.map((code) => ({ code, retryable: false, ...CATALOG[code], ...EXPLANATIONS[code] })),
    gateway: GATEWAY_ERRORS,
  };
}
