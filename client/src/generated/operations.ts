// Written by `npm run client-api`. Do not edit.

/** Method and path of each operation; `keyed` ones take an idempotency key. */
export const OPERATIONS = {
  getHealth: ['GET', '/v1/health'],
  registerAgent: ['POST', '/v1/agents', 'keyed'],
  listAgents: ['GET', '/v1/agents'],
  getAgent: ['GET', '/v1/agents/{agentId}'],
  updateAgent: ['PATCH', '/v1/agents/{agentId}'],
  deactivateAgent: ['DELETE', '/v1/agents/{agentId}'],
  reactivateAgent: ['POST', '/v1/agents/{agentId}/reactivate', 'keyed'],
  createToken: ['POST', '/v1/agents/{agentId}/tokens', 'keyed'],
  revokeToken: ['DELETE', '/v1/agents/{agentId}/tokens/{tokenId}'],
  whoAmI: ['GET', '/v1/me'],
  checkIn: ['PUT', '/v1/me/presence'],
  checkOut: ['DELETE', '/v1/me/presence'],
  createSyncPoint: ['POST', '/v1/sync-points', 'keyed'],
  listSyncPoints: ['GET', '/v1/sync-points'],
  getSyncPoint: ['GET', '/v1/sync-points/{id}'],
  moveSyncPointDeadline: ['PATCH', '/v1/sync-points/{id}'],
  arriveAtSyncPoint: ['POST', '/v1/sync-points/{id}/arrivals'],
  listArrivals: ['GET', '/v1/sync-points/{id}/arrivals'],
  failAtSyncPoint: ['POST', '/v1/sync-points/{id}/failures'],
  excuseFromSyncPoint: ['POST', '/v1/sync-points/{id}/excuses'],
  listSyncPointParticipants: ['GET', '/v1/sync-points/{id}/participants'],
  completeSyncPoint: ['POST', '/v1/sync-points/{id}/complete'],
  cancelSyncPoint: ['POST', '/v1/sync-points/{id}/cancel'],
  failSyncPoint: ['POST', '/v1/sync-points/{id}/fail'],
  listSyncPointEvents: ['GET', '/v1/sync-points/{id}/events'],
  createProgressTracker: ['POST', '/v1/progress-trackers', 'keyed'],
  listProgressTrackers: ['GET', '/v1/progress-trackers'],
  getProgressTracker: ['GET', '/v1/progress-trackers/{id}'],
  changeProgressTracker: ['PATCH', '/v1/progress-trackers/{id}'],
  reportProgress: ['POST', '/v1/progress-trackers/{id}/progress'],
  listReports: ['GET', '/v1/progress-trackers/{id}/reports'],
  failAtProgressTracker: ['POST', '/v1/progress-trackers/{id}/failures'],
  excuseFromProgressTracker: ['POST', '/v1/progress-trackers/{id}/excuses'],
  listProgressTrackerParticipants: ['GET', '/v1/progress-trackers/{id}/participants'],
  completeProgressTracker: ['POST', '/v1/progress-trackers/{id}/complete'],
  cancelProgressTracker: ['POST', '/v1/progress-trackers/{id}/cancel'],
  failProgressTracker: ['POST', '/v1/progress-trackers/{id}/fail'],
  listProgressTrackerEvents: ['GET', '/v1/progress-trackers/{id}/events'],
  readInbox: ['GET', '/v1/inbox'],
  acknowledgeMessage: ['POST', '/v1/inbox/{messageId}/ack'],
  acknowledgeMessages: ['POST', '/v1/inbox/acks'],
  sendMessage: ['POST', '/v1/messages', 'keyed'],
  listMessages: ['GET', '/v1/messages'],
  getMessage: ['GET', '/v1/messages/{id}'],
  listEvents: ['GET', '/v1/events'],
} as const;

/** Every `code` of a problem document; docs/errors.md explains them. */
export type ErrorCode =
  | 'request.not-json'
  | 'request.invalid'
  | 'request.too-large'
  | 'request.unsupported-media-type'
  | 'request.idempotency-key-reused'
  | 'route.not-found'
  | 'route.method-not-allowed'
  | 'auth.no-token'
  | 'auth.bad-token'
  | 'auth.forbidden'
  | 'agent.not-found'
  | 'agent.exists'
  | 'agent.active'
  | 'agent.deactivated'
  | 'agent.too-many-tokens'
  | 'token.revoked'
  | 'token.not-found'
  | 'sync-point.not-found'
  | 'sync-point.exists'
  | 'sync-point.not-participant'
  | 'sync-point.arrived-otherwise'
  | 'sync-point.failed-otherwise'
  | 'sync-point.excused'
  | 'sync-point.not-waiting'
  | 'sync-point.expired'
  | 'progress-tracker.not-found'
  | 'progress-tracker.exists'
  | 'progress-tracker.not-active'
  | 'progress-tracker.not-participant'
  | 'progress-tracker.expired'
  | 'progress-tracker.finished'
  | 'progress-tracker.arrived-otherwise'
  | 'progress-tracker.failed-otherwise'
  | 'progress-tracker.excused'
  | 'progress-tracker.step-mismatch'
  | 'progress-tracker.step-went-back'
  | 'message.not-found'
  | 'store.busy'
  | 'internal.error';
