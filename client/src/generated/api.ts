// Written by `npm run client-api`. Do not edit.

export interface paths {
    "/v1/health": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Check the health of the service */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read this OpenAPI document */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read the API reference as a page */
        get: operations["getDocs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/errors": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read the explanations of all error codes as a page */
        get: operations["getErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read the start page */
        get: operations["getHome"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List all agents, ordered by id (any agent, unless the stage has turned the directory off) */
        get: operations["listAgents"];
        put?: never;
        /** Register an agent (admin) */
        post: operations["registerAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agentId}": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read an agent (any agent, unless the stage has turned the directory off) */
        get: operations["getAgent"];
        put?: never;
        post?: never;
        /** Deactivate an agent and revoke all its tokens (admin) */
        delete: operations["deactivateAgent"];
        options?: never;
        head?: never;
        /** Change the name or metadata of an agent (self or admin) */
        patch: operations["updateAgent"];
        trace?: never;
    };
    "/v1/agents/{agentId}/reactivate": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring a deactivated agent back with the same id, inbox and rosters, and a new token (admin) */
        post: operations["reactivateAgent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agentId}/tokens": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create another token; to rotate, then revoke the old one (self or admin) */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/agents/{agentId}/tokens/{tokenId}": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token (self or admin) */
        delete: operations["revokeToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read the agent that the token belongs to */
        get: operations["whoAmI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me/presence": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Check in, and promise to do so again within `ttlSeconds`; an agent that misses it counts as lost */
        put: operations["checkIn"];
        post?: never;
        /** Check out: ends the promise; the agent does not count as lost */
        delete: operations["checkOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the caller's sync points, or all that are open (admin), newest first */
        get: operations["listSyncPoints"];
        put?: never;
        /** Create a sync point; participants can register later */
        post: operations["createSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read a sync point, or wait until it changes or ends */
        get: operations["getSyncPoint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Move the deadline of a sync point, later or earlier, or take it away */
        patch: operations["moveSyncPointDeadline"];
        trace?: never;
    };
    "/v1/sync-points/{id}/arrivals": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the arrivals with their data, in order of arrival */
        get: operations["listArrivals"];
        put?: never;
        /** Arrive at a sync point; when enough have arrived, it is completed */
        post: operations["arriveAtSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/failures": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that the caller cannot do its part */
        post: operations["failAtSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/excuses": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a pending participant off the list of those waited for */
        post: operations["excuseFromSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/participants": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List what became of each participant, in the order given at creation */
        get: operations["listSyncPointParticipants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/complete": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a sync point by hand */
        post: operations["completeSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/cancel": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a sync point */
        post: operations["cancelSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/fail": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fail a sync point by hand */
        post: operations["failSyncPoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sync-points/{id}/events": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the events of a sync point, oldest first */
        get: operations["listSyncPointEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the caller's progress trackers, or all that are open (admin), newest first */
        get: operations["listProgressTrackers"];
        put?: never;
        /** Create a progress tracker; participants can register later */
        post: operations["createProgressTracker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read a progress tracker, or wait until it changes or ends */
        get: operations["getProgressTracker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Move the deadline of a progress tracker, take it away, or change its total */
        patch: operations["changeProgressTracker"];
        trace?: never;
    };
    "/v1/progress-trackers/{id}/progress": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a step: participants their own, the creator the overall one, a creator that takes part both at once */
        post: operations["reportProgress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/reports": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the reports with their data, oldest first */
        get: operations["listReports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/failures": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say that the caller cannot do its part */
        post: operations["failAtProgressTracker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/excuses": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a pending participant off the list of those waited for */
        post: operations["excuseFromProgressTracker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/participants": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List what became of each participant and its progress, in the order given at creation */
        get: operations["listProgressTrackerParticipants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/complete": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a progress tracker by hand */
        post: operations["completeProgressTracker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/cancel": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a progress tracker */
        post: operations["cancelProgressTracker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/fail": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fail a progress tracker by hand */
        post: operations["failProgressTracker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/progress-trackers/{id}/events": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the events of a progress tracker, oldest first */
        get: operations["listProgressTrackerEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inbox": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the caller's messages, or wait for one: those not acknowledged, or all by time */
        get: operations["readInbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inbox/{messageId}/ack": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge a message: it has been dealt with; a repeat has no effect */
        post: operations["acknowledgeMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inbox/acks": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Acknowledge up to 100 messages; a repeat has no effect */
        post: operations["acknowledgeMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the messages that the caller has sent, newest first */
        get: operations["listMessages"];
        put?: never;
        /** Send a message to agents, or to everyone on a roster; recipients can register later */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/messages/{id}": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** Read a sent message and its acknowledgements (sender or admin) */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        /** List the events of all agents (admin) */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Health: {
            /** @enum {string} */
            status: "ok";
            version: string;
        };
        /** @description RFC 9457 problem document. */
        Problem: {
            /**
             * @description Address of the explanation of `code`.
             * @example /docs/errors#sync-point.not-waiting
             */
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            /**
             * @description Stable error code; decide by it.
             * @example sync-point.not-waiting
             */
            code: string;
            errors?: {
                pointer: string;
                detail: string;
            }[];
        } & {
            [key: string]: unknown;
        };
        RegisteredAgent: {
            agent: components["schemas"]["Agent"];
            /**
             * @description Shown only in the response to this request and to its repeats; the service stores only its SHA-256 hash.
             * @example muster_…
             */
            token: string;
        };
        Agent: {
            /** @example agent-7 */
            id: string;
            name: string;
            /** @enum {string} */
            role: "agent";
            active: boolean;
            /** @description null: the agent has never checked in, or has checked out. */
            presence: {
                /**
                 * @description `lost`: the agent did not check in by the time that it had promised.
                 * @enum {string}
                 */
                status: "present" | "lost";
                ttlSeconds: number;
                /**
                 * Format: date-time
                 * @description First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.
                 * @example 2026-03-01T12:00:00.000Z
                 */
                since: string;
                /**
                 * Format: date-time
                 * @description Unless the agent checks in before, it is lost at this time; null once it is.
                 * @example 2026-03-01T12:00:00.000Z
                 */
                expiresAt: string | null;
                /**
                 * Format: date-time
                 * @description null while the agent is present.
                 * @example 2026-03-01T12:00:00.000Z
                 */
                lostAt: string | null;
            } | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deactivatedAt: string | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description The valid tokens. A token itself is shown only once, when it is created. */
            tokens: {
                id: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T12:00:00.000Z
                 */
                createdAt: string;
            }[];
        };
        RegisterAgent: {
            /**
             * @description Chosen by the service if omitted.
             * @example agent-7
             */
            id?: string;
            /** @example Nightly build */
            name: string;
            /** @description Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text. */
            metadata?: Record<string, unknown>;
        };
        /** @description The members from `createdAt` on are present only for admins and for the agent itself. */
        AgentEntry: {
            /** @example agent-7 */
            id: string;
            name: string;
            /** @enum {string} */
            role: "agent";
            active: boolean;
            /** @description null: the agent has never checked in, or has checked out. */
            presence: {
                /**
                 * @description `lost`: the agent did not check in by the time that it had promised.
                 * @enum {string}
                 */
                status: "present" | "lost";
                ttlSeconds: number;
                /**
                 * Format: date-time
                 * @description First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.
                 * @example 2026-03-01T12:00:00.000Z
                 */
                since: string;
                /**
                 * Format: date-time
                 * @description Unless the agent checks in before, it is lost at this time; null once it is.
                 * @example 2026-03-01T12:00:00.000Z
                 */
                expiresAt: string | null;
                /**
                 * Format: date-time
                 * @description null while the agent is present.
                 * @example 2026-03-01T12:00:00.000Z
                 */
                lostAt: string | null;
            } | null;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt?: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deactivatedAt?: string | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            /** @description The valid tokens. A token itself is shown only once, when it is created. */
            tokens?: {
                id: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T12:00:00.000Z
                 */
                createdAt: string;
            }[];
        };
        UpdateAgent: {
            /** @example Nightly build */
            name?: string;
            /** @description Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text. */
            metadata?: Record<string, unknown> | null;
        };
        CreatedToken: {
            tokenId: string;
            agentId: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt: string;
            /**
             * @description Shown only in the response to this request and to its repeats; the service stores only its SHA-256 hash.
             * @example muster_…
             */
            token: string;
        };
        Me: {
            id: string;
            name: string;
            /** @enum {string} */
            role: "agent" | "admin";
            tokenId: string;
        };
        Presence: {
            /**
             * @description `lost`: the agent did not check in by the time that it had promised.
             * @enum {string}
             */
            status: "present" | "lost";
            ttlSeconds: number;
            /**
             * Format: date-time
             * @description First check-in of the streak. A check-in with another `ttlSeconds` starts a new one.
             * @example 2026-03-01T12:00:00.000Z
             */
            since: string;
            /**
             * Format: date-time
             * @description Unless the agent checks in before, it is lost at this time; null once it is.
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description null while the agent is present.
             * @example 2026-03-01T12:00:00.000Z
             */
            lostAt: string | null;
        };
        CheckIn: {
            /**
             * @description The agent promises to check in again within this time. Check in at least twice as often.
             * @example 60
             */
            ttlSeconds: number;
        };
        CreatedSyncPoint: {
            /** @example agent-7 */
            id: string;
            name: string;
            description: string | null;
            participants: string[];
            /** @description In order of arrival. */
            arrivedParticipants: string[];
            /** @description In the order in which they failed. */
            failedParticipants: string[];
            /** @description Those that nobody waits for any more, in the order in which they were excused. */
            excusedParticipants: string[];
            /** @description Those pending: now, or at the ending. */
            missingParticipants: string[];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline: string | null;
            /** @description null: no warning before the deadline. */
            warnSeconds: number | null;
            /** @enum {string} */
            whenLost: "tell" | "fail";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description Time of the ending if the status is `completed`, otherwise null.
             * @example 2026-03-01T12:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description Time of the ending, whatever the status.
             * @example 2026-03-01T12:00:00.000Z
             */
            endedAt: string | null;
            /** @description Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`. */
            endedBy: string | null;
            /** @description As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed. */
            endReason: string | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description A whole number that grows with every accepted change; see the query parameter `version`. */
            version: number;
            /** @enum {string} */
            status: "waiting" | "completed" | "failed" | "expired" | "cancelled";
            /** @description null: everyone that is not excused. */
            quorum: number | null;
            /** @enum {string} */
            endWhen: "decided" | "everyone";
            /** @description Agents that are not registered yet, deactivated, or lost. */
            warnings?: components["schemas"]["Warning"][];
        };
        Warning: {
            /** @enum {string} */
            code: "agent.not-registered" | "agent.deactivated" | "agent.lost";
            agentId: string;
            detail: string;
        };
        CreateSyncPoint: {
            /**
             * @description Chosen by the service if omitted.
             * @example agent-7
             */
            id?: string;
            /** @example Nightly build */
            name: string;
            description?: string;
            /**
             * @example [
             *       "builder",
             *       "tester"
             *     ]
             */
            participants: string[];
            /** @description How many arrivals are enough. If omitted: those of everyone that is not excused. */
            quorum?: number;
            /**
             * @description `decided` (default): completed as soon as enough have arrived, failed as soon as that has become impossible. `everyone`: ends when nobody is pending, or at the deadline.
             * @enum {string}
             */
            endWhen?: "decided" | "everyone";
            /**
             * Format: date-time
             * @description In the future, at most 366 days ahead; null: none.
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline?: string | null;
            /** @description Instead of `deadline`: seconds from now, by the clock of the service. */
            deadlineSeconds?: number;
            /** @description That long before the deadline, those pending and the creator get a message that names who is missing. */
            warnSeconds?: number;
            /**
             * @description What happens when a pending participant that has checked in misses its next check-in after the creation. `tell` (default): the creator gets a message. `fail`: the participant has failed.
             * @enum {string}
             */
            whenLost?: "tell" | "fail";
            /** @description Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text. */
            metadata?: Record<string, unknown>;
        };
        SyncPoint: {
            /** @example agent-7 */
            id: string;
            name: string;
            description: string | null;
            participants: string[];
            /** @description In order of arrival. */
            arrivedParticipants: string[];
            /** @description In the order in which they failed. */
            failedParticipants: string[];
            /** @description Those that nobody waits for any more, in the order in which they were excused. */
            excusedParticipants: string[];
            /** @description Those pending: now, or at the ending. */
            missingParticipants: string[];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline: string | null;
            /** @description null: no warning before the deadline. */
            warnSeconds: number | null;
            /** @enum {string} */
            whenLost: "tell" | "fail";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description Time of the ending if the status is `completed`, otherwise null.
             * @example 2026-03-01T12:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description Time of the ending, whatever the status.
             * @example 2026-03-01T12:00:00.000Z
             */
            endedAt: string | null;
            /** @description Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`. */
            endedBy: string | null;
            /** @description As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed. */
            endReason: string | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description A whole number that grows with every accepted change; see the query parameter `version`. */
            version: number;
            /** @enum {string} */
            status: "waiting" | "completed" | "failed" | "expired" | "cancelled";
            /** @description null: everyone that is not excused. */
            quorum: number | null;
            /** @enum {string} */
            endWhen: "decided" | "everyone";
        };
        MoveDeadline: {
            /**
             * Format: date-time
             * @description In the future, at most 366 days ahead; null: none.
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline?: string | null;
            /** @description Instead of `deadline`: seconds from now, by the clock of the service. */
            deadlineSeconds?: number;
        };
        /** @description `syncPoint` is present only if `wait` was given. */
        ArrivalAnswer: {
            syncPointId: string;
            agentId: string;
            /** @description `true`: an earlier request recorded this; nothing changed. */
            repeated: boolean;
            /** @enum {string} */
            status: "waiting" | "completed" | "failed" | "expired" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            arrivedAt: string;
            syncPoint?: components["schemas"]["SyncPoint"];
        };
        Arrive: {
            /** @description Any JSON value of up to 65536 bytes. All participants can read it. */
            data?: unknown;
        };
        FailureAnswer: {
            syncPointId: string;
            agentId: string;
            /** @description `true`: an earlier request recorded this; nothing changed. */
            repeated: boolean;
            /** @enum {string} */
            status: "waiting" | "completed" | "failed" | "expired" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            failedAt: string;
        };
        Fail: {
            /** @description Everyone related can read it. */
            reason?: string;
            /** @description Any JSON value of up to 65536 bytes. */
            data?: unknown;
        };
        ExcuseAnswer: {
            syncPointId: string;
            agentId: string;
            /** @description `true`: an earlier request recorded this; nothing changed. */
            repeated: boolean;
            /** @enum {string} */
            status: "waiting" | "completed" | "failed" | "expired" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            excusedAt: string;
        };
        Excuse: {
            /** @example agent-7 */
            agentId: string;
            reason?: string;
        };
        Arrival: {
            agentId: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            arrivedAt: string;
            /** @description Absent if the arrival had none. */
            data?: unknown;
        };
        Participant: {
            agentId: string;
            /** @enum {string} */
            outcome: "pending" | "arrived" | "failed" | "excused";
            /**
             * Format: date-time
             * @description Time of the outcome; null while pending.
             * @example 2026-03-01T12:00:00.000Z
             */
            at: string | null;
            /** @description Why it failed or was excused; null if not given. */
            reason: string | null;
            /** @description Absent if there is none. */
            data?: unknown;
        };
        End: {
            reason?: string;
        };
        Event: {
            id: string;
            /** @enum {string} */
            type: "SYNC_POINT_CREATED" | "SYNC_POINT_DEADLINE_CHANGED" | "SYNC_POINT_COMPLETED" | "SYNC_POINT_FAILED" | "SYNC_POINT_CANCELLED" | "SYNC_POINT_EXPIRED" | "PROGRESS_TRACKER_CREATED" | "PROGRESS_UPDATED" | "PROGRESS_STALLED" | "PROGRESS_RESUMED" | "PROGRESS_TRACKER_CHANGED" | "PROGRESS_TRACKER_DEADLINE_CHANGED" | "PROGRESS_TRACKER_COMPLETED" | "PROGRESS_TRACKER_FAILED" | "PROGRESS_TRACKER_CANCELLED" | "PROGRESS_TRACKER_EXPIRED" | "AGENT_ARRIVED" | "AGENT_FAILED" | "AGENT_EXCUSED" | "AGENT_REGISTERED" | "AGENT_DEACTIVATED" | "AGENT_REACTIVATED" | "AGENT_LOST" | "AGENT_RETURNED";
            /** @description Id of the sync point, progress tracker or agent. */
            relatedId: string;
            /** @description The agent that caused the event; `system` if none did. */
            agentId: string;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            timestamp: string;
            details: {
                [key: string]: unknown;
            };
        };
        CreatedProgressTracker: {
            /** @example agent-7 */
            id: string;
            name: string;
            description: string | null;
            participants: string[];
            /** @description In order of arrival. */
            arrivedParticipants: string[];
            /** @description In the order in which they failed. */
            failedParticipants: string[];
            /** @description Those that nobody waits for any more, in the order in which they were excused. */
            excusedParticipants: string[];
            /** @description Those pending: now, or at the ending. */
            missingParticipants: string[];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline: string | null;
            /** @description null: no warning before the deadline. */
            warnSeconds: number | null;
            /** @enum {string} */
            whenLost: "tell" | "fail";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description Time of the ending if the status is `completed`, otherwise null.
             * @example 2026-03-01T12:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description Time of the ending, whatever the status.
             * @example 2026-03-01T12:00:00.000Z
             */
            endedAt: string | null;
            /** @description Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`. */
            endedBy: string | null;
            /** @description As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed. */
            endReason: string | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description A whole number that grows with every accepted change; see the query parameter `version`. */
            version: number;
            totalSteps: number;
            /** @enum {string} */
            completeWhen: "creator" | "everyone";
            monotonic: boolean;
            /** @description The overall step, reported by the creator. */
            currentStep: number;
            /** @description Current step by participant id. */
            participantProgress: {
                [key: string]: number;
            };
            /** @enum {string} */
            status: "active" | "completed" | "failed" | "expired" | "cancelled";
            /** @description Progress of the overall step. With completeWhen `everyone`, the mean of the participants. */
            percent: number;
            participantPercent: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description Time of the last report that was more than a repeat; null before the first.
             * @example 2026-03-01T12:00:00.000Z
             */
            lastProgressAt: string | null;
            /** @description Estimated seconds left at the recent speed. null until a speed is known, while nothing moves, and after the end. */
            etaSeconds: number | null;
            /** @description null: no message about a stall. */
            stallSeconds: number | null;
            /**
             * Format: date-time
             * @description Time of the last move, or of the creation, if no step has moved for `stallSeconds`; otherwise null.
             * @example 2026-03-01T12:00:00.000Z
             */
            stalledSince: string | null;
            /** @description Agents that are not registered yet, deactivated, or lost. */
            warnings?: components["schemas"]["Warning"][];
        };
        CreateProgressTracker: {
            /**
             * @description Chosen by the service if omitted.
             * @example agent-7
             */
            id?: string;
            /** @example Nightly build */
            name: string;
            description?: string;
            /** @example 10 */
            totalSteps: number;
            /**
             * @example [
             *       "builder",
             *       "tester"
             *     ]
             */
            participants?: string[];
            /**
             * @description `creator` (default): completed when the creator reaches totalSteps. `everyone`: when all participants do that are not excused; then a failure fails it.
             * @enum {string}
             */
            completeWhen?: "creator" | "everyone";
            /** @description `true`: steps cannot go back. Default `false`. */
            monotonic?: boolean;
            /**
             * Format: date-time
             * @description In the future, at most 366 days ahead; null: none.
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline?: string | null;
            /** @description Instead of `deadline`: seconds from now, by the clock of the service. */
            deadlineSeconds?: number;
            /** @description That long before the deadline, those pending and the creator get a message that names who is missing. */
            warnSeconds?: number;
            /**
             * @description What happens when a pending participant that has checked in misses its next check-in after the creation. `tell` (default): the creator gets a message. `fail`: the participant has failed.
             * @enum {string}
             */
            whenLost?: "tell" | "fail";
            /** @description The creator gets a message when no step has moved for that long. */
            stallSeconds?: number;
            /** @description Any JSON object of up to 16384 bytes. Its numbers are doubles: send integers beyond 2^53 as text. */
            metadata?: Record<string, unknown>;
        };
        ProgressTracker: {
            /** @example agent-7 */
            id: string;
            name: string;
            description: string | null;
            participants: string[];
            /** @description In order of arrival. */
            arrivedParticipants: string[];
            /** @description In the order in which they failed. */
            failedParticipants: string[];
            /** @description Those that nobody waits for any more, in the order in which they were excused. */
            excusedParticipants: string[];
            /** @description Those pending: now, or at the ending. */
            missingParticipants: string[];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline: string | null;
            /** @description null: no warning before the deadline. */
            warnSeconds: number | null;
            /** @enum {string} */
            whenLost: "tell" | "fail";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            createdAt: string;
            createdBy: string;
            /**
             * Format: date-time
             * @description Time of the ending if the status is `completed`, otherwise null.
             * @example 2026-03-01T12:00:00.000Z
             */
            completedAt: string | null;
            /**
             * Format: date-time
             * @description Time of the ending, whatever the status.
             * @example 2026-03-01T12:00:00.000Z
             */
            endedAt: string | null;
            /** @description Agent that ended it by hand or, as the creator of a tracker, with its last step; otherwise `system`. */
            endedBy: string | null;
            /** @description As given by the agent that ended it by hand. If failures were the ending: the reason of the first that failed. */
            endReason: string | null;
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description A whole number that grows with every accepted change; see the query parameter `version`. */
            version: number;
            totalSteps: number;
            /** @enum {string} */
            completeWhen: "creator" | "everyone";
            monotonic: boolean;
            /** @description The overall step, reported by the creator. */
            currentStep: number;
            /** @description Current step by participant id. */
            participantProgress: {
                [key: string]: number;
            };
            /** @enum {string} */
            status: "active" | "completed" | "failed" | "expired" | "cancelled";
            /** @description Progress of the overall step. With completeWhen `everyone`, the mean of the participants. */
            percent: number;
            participantPercent: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description Time of the last report that was more than a repeat; null before the first.
             * @example 2026-03-01T12:00:00.000Z
             */
            lastProgressAt: string | null;
            /** @description Estimated seconds left at the recent speed. null until a speed is known, while nothing moves, and after the end. */
            etaSeconds: number | null;
            /** @description null: no message about a stall. */
            stallSeconds: number | null;
            /**
             * Format: date-time
             * @description Time of the last move, or of the creation, if no step has moved for `stallSeconds`; otherwise null.
             * @example 2026-03-01T12:00:00.000Z
             */
            stalledSince: string | null;
        };
        ReportAnswer: {
            trackerId: string;
            agentId: string;
            step: number;
            /** @description The overall step. */
            currentStep: number;
            /** @enum {string} */
            status: "active" | "completed" | "failed" | "expired" | "cancelled";
            /** @description `true`: it repeats the latest report of the agent: the same step, with the same data or none. Only `lastReportAt` changes. */
            repeated: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            reportedAt: string;
        };
        ReportProgress: {
            step: number;
            /** @description Any JSON value of up to 65536 bytes, stored with the report. */
            data?: unknown;
            /** @description Accept the report only if this is the current step; otherwise respond with 409. */
            ifStep?: number;
        };
        Report: {
            agentId: string;
            step: number;
            /** @description Absent if the report had none. */
            data?: unknown;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            reportedAt: string;
        };
        ChangeProgressTracker: {
            /**
             * Format: date-time
             * @description In the future, at most 366 days ahead; null: none.
             * @example 2026-03-01T12:00:00.000Z
             */
            deadline?: string | null;
            /** @description Instead of `deadline`: seconds from now, by the clock of the service. */
            deadlineSeconds?: number;
            /** @description Not below a step that was reported. */
            totalSteps?: number;
        };
        TrackerFailureAnswer: {
            trackerId: string;
            agentId: string;
            /** @description `true`: an earlier request recorded this; nothing changed. */
            repeated: boolean;
            /** @enum {string} */
            status: "active" | "completed" | "failed" | "expired" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            failedAt: string;
        };
        TrackerExcuseAnswer: {
            trackerId: string;
            agentId: string;
            /** @description `true`: an earlier request recorded this; nothing changed. */
            repeated: boolean;
            /** @enum {string} */
            status: "active" | "completed" | "failed" | "expired" | "cancelled";
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            excusedAt: string;
        };
        TrackerParticipant: {
            agentId: string;
            /** @enum {string} */
            outcome: "pending" | "arrived" | "failed" | "excused";
            /**
             * Format: date-time
             * @description Time of the outcome; null while pending.
             * @example 2026-03-01T12:00:00.000Z
             */
            at: string | null;
            /** @description Why it failed or was excused; null if not given. */
            reason: string | null;
            /** @description Absent if there is none. */
            data?: unknown;
            step: number;
            percent: number;
            /**
             * Format: date-time
             * @description Of the latest report, repeats included.
             * @example 2026-03-01T12:00:00.000Z
             */
            lastReportAt: string | null;
        };
        InboxMessage: {
            id: string;
            sender: {
                id: string;
                name: string;
            };
            recipients: {
                id: string;
                name: string;
            }[];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            timestamp: string;
            /** @enum {string} */
            priority: "LOW" | "MEDIUM" | "HIGH";
            content: {
                type: string;
            } & {
                [key: string]: unknown;
            };
            requiresAcknowledgment: boolean;
            /**
             * Format: date-time
             * @description From then on it is not listed or reminded; null: never.
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt: string | null;
            /** @description Id of the message that it answers. */
            inReplyTo: string | null;
            /** @description Present only if the message was sent to the participants of this. */
            recipientsOf?: {
                syncPointId: string;
            } | {
                progressTrackerId: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            acknowledgedAt: string | null;
            /** @description Reminder number, from 1; absent on the original message. */
            reminder?: number;
        };
        AcknowledgedMessage: {
            id: string;
            sender: {
                id: string;
                name: string;
            };
            recipients: {
                id: string;
                name: string;
            }[];
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            timestamp: string;
            /** @enum {string} */
            priority: "LOW" | "MEDIUM" | "HIGH";
            content: {
                type: string;
            } & {
                [key: string]: unknown;
            };
            requiresAcknowledgment: boolean;
            /**
             * Format: date-time
             * @description From then on it is not listed or reminded; null: never.
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt: string | null;
            /** @description Id of the message that it answers. */
            inReplyTo: string | null;
            /** @description Present only if the message was sent to the participants of this. */
            recipientsOf?: {
                syncPointId: string;
            } | {
                progressTrackerId: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            acknowledgedAt: string | null;
            /** @description Reminder number, from 1; absent on the original message. */
            reminder?: number;
            /** @description `true`: acknowledged by an earlier request, whose time and data stand. */
            repeated: boolean;
            /** @description As recorded for the sender; absent if there is none. */
            data?: unknown;
        };
        Acknowledge: {
            /** @description Any JSON value of up to 4096 bytes, for the sender. */
            data?: unknown;
        };
        Acknowledgements: {
            /** @description The acknowledged messages, in the order given. */
            items: {
                messageId: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T12:00:00.000Z
                 */
                acknowledgedAt: string;
                /** @description `true`: acknowledged by an earlier request, whose time and data stand. */
                repeated: boolean;
            }[];
            /** @description Ids of messages that are not in the inbox. */
            notFound: string[];
        };
        AcknowledgeMany: {
            messageIds: string[];
            /** @description Any JSON value of up to 4096 bytes, for the sender. */
            data?: unknown;
        };
        AcceptedMessage: {
            id: string;
            sender: {
                id: string;
                name: string;
            };
            /** @description The first 100 or, of one message, the page asked for. */
            recipients: {
                id: string;
                name: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T12:00:00.000Z
                 */
                acknowledgedAt: string | null;
                /** @description Of the acknowledgement; absent if there is none. */
                data?: unknown;
            }[];
            recipientCount: number;
            /** @description Present only if the message was sent to the participants of this. */
            recipientsOf?: {
                syncPointId: string;
            } | {
                progressTrackerId: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            timestamp: string;
            /** @enum {string} */
            priority: "LOW" | "MEDIUM" | "HIGH";
            content: {
                type: string;
            } & {
                [key: string]: unknown;
            };
            requiresAcknowledgment: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt: string | null;
            inReplyTo: string | null;
            /** @description Agents that are not registered yet, deactivated, or lost. */
            warnings?: components["schemas"]["Warning"][];
        };
        SendMessage: {
            /** @description Ids, or all participants (up to 10000) of what the sender is related to; the sender too if it takes part. */
            recipients: string[] | {
                /** @example agent-7 */
                syncPointId: string;
            } | {
                /** @example agent-7 */
                progressTrackerId: string;
            };
            /** @description A `type` and any other members, up to 65536 bytes of JSON; to everyone on a roster 4096. */
            content: {
                /** @example REVIEW_REQUESTED */
                type: string;
            } & {
                [key: string]: unknown;
            };
            /**
             * @description Default MEDIUM.
             * @enum {string}
             */
            priority?: "LOW" | "MEDIUM" | "HIGH";
            /** @description Default false. Any message can be acknowledged; if this is true, recipients are reminded to. */
            requiresAcknowledgment?: boolean;
            /**
             * Format: date-time
             * @description In the future, at most 366 days ahead. From then on it is not listed, reminded or delivered.
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt?: string;
            /** @description Instead of `expiresAt`: seconds from now, by the clock of the service. */
            expiresInSeconds?: number;
            /**
             * @description Id of the message that this one answers; not checked.
             * @example agent-7
             */
            inReplyTo?: string;
        };
        SentMessage: {
            id: string;
            sender: {
                id: string;
                name: string;
            };
            /** @description The first 100 or, of one message, the page asked for. */
            recipients: {
                id: string;
                name: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T12:00:00.000Z
                 */
                acknowledgedAt: string | null;
                /** @description Of the acknowledgement; absent if there is none. */
                data?: unknown;
            }[];
            recipientCount: number;
            /** @description Present only if the message was sent to the participants of this. */
            recipientsOf?: {
                syncPointId: string;
            } | {
                progressTrackerId: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            timestamp: string;
            /** @enum {string} */
            priority: "LOW" | "MEDIUM" | "HIGH";
            content: {
                type: string;
            } & {
                [key: string]: unknown;
            };
            requiresAcknowledgment: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt: string | null;
            inReplyTo: string | null;
        };
        MessageWithRecipients: {
            id: string;
            sender: {
                id: string;
                name: string;
            };
            /** @description The first 100 or, of one message, the page asked for. */
            recipients: {
                id: string;
                name: string;
                /**
                 * Format: date-time
                 * @example 2026-03-01T12:00:00.000Z
                 */
                acknowledgedAt: string | null;
                /** @description Of the acknowledgement; absent if there is none. */
                data?: unknown;
            }[];
            recipientCount: number;
            /** @description Present only if the message was sent to the participants of this. */
            recipientsOf?: {
                syncPointId: string;
            } | {
                progressTrackerId: string;
            };
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            timestamp: string;
            /** @enum {string} */
            priority: "LOW" | "MEDIUM" | "HIGH";
            content: {
                type: string;
            } & {
                [key: string]: unknown;
            };
            requiresAcknowledgment: boolean;
            /**
             * Format: date-time
             * @example 2026-03-01T12:00:00.000Z
             */
            expiresAt: string | null;
            inReplyTo: string | null;
            /** @description Pass it as `cursor` for further recipients; null if there are none. */
            nextCursor: string | null;
        };
    };
    responses: never;
    parameters: {
        /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
        traceparent: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service is healthy. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI 3.1 document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDocs: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getErrors: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getHome: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listAgents: {
        parameters: {
            query?: {
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of agents. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["AgentEntry"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    registerAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
                /** @description Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterAgent"];
            };
        };
        responses: {
            /** @description Registered. */
            201: {
                headers: {
                    /** @description Path of the created resource. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredAgent"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The agent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AgentEntry"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    deactivateAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deactivated. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    updateAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateAgent"];
            };
        };
        responses: {
            /** @description The agent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agent"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reactivateAgent: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
                /** @description Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error. */
                "idempotency-key"?: string;
            };
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, unknown>;
            };
        };
        responses: {
            /** @description Reactivated. */
            201: {
                headers: {
                    /** @description Path of the created resource. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredAgent"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
                /** @description Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error. */
                "idempotency-key"?: string;
            };
            path: {
                agentId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, unknown>;
            };
        };
        responses: {
            /** @description Created. */
            201: {
                headers: {
                    /** @description Path of the created resource. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revokeToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                agentId: string;
                tokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    whoAmI: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkIn: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CheckIn"];
            };
        };
        responses: {
            /** @description Checked in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Presence"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    checkOut: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Checked out. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSyncPoints: {
        parameters: {
            query?: {
                /** @description Only sync points with this status. May be repeated; then one of the values has to match. */
                status?: ("waiting" | "completed" | "failed" | "expired" | "cancelled")[];
                role?: "participant" | "creator";
                /** @description Admins only: list the sync points of this agent. */
                agentId?: string;
                /** @description Admins only: `true` lists the sync points of all agents that are waiting. Of those that have ended, `GET /v1/events` has the events. */
                all?: "true" | "false";
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sync points. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SyncPoint"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createSyncPoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
                /** @description Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSyncPoint"];
            };
        };
        responses: {
            /** @description Created before, by the same request; its present state. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedSyncPoint"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description Path of the created resource. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedSyncPoint"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSyncPoint: {
        parameters: {
            query?: {
                /** @description Long poll: maximum seconds to wait (0 to 20). */
                wait?: number;
                /** @description With `wait`: respond as soon as the version is no longer this one. If omitted: at the ending. */
                version?: number;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sync point. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPoint"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    moveSyncPointDeadline: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MoveDeadline"];
            };
        };
        responses: {
            /** @description The sync point with its new deadline. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPoint"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listArrivals: {
        parameters: {
            query?: {
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of arrivals. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Arrival"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    arriveAtSyncPoint: {
        parameters: {
            query?: {
                /** @description Long poll: maximum seconds to wait (0 to 20). */
                wait?: number;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Arrive"];
            };
        };
        responses: {
            /** @description The agent had already arrived; nothing changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArrivalAnswer"];
                };
            };
            /** @description Arrived. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ArrivalAnswer"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failAtSyncPoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Fail"];
            };
        };
        responses: {
            /** @description The agent had already failed; nothing changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailureAnswer"];
                };
            };
            /** @description Recorded. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailureAnswer"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    excuseFromSyncPoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Excuse"];
            };
        };
        responses: {
            /** @description The participant had already been excused; nothing changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExcuseAnswer"];
                };
            };
            /** @description Excused. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExcuseAnswer"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSyncPointParticipants: {
        parameters: {
            query?: {
                /** @description Only participants with this outcome. */
                outcome?: "pending" | "arrived" | "failed" | "excused";
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of participants. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Participant"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeSyncPoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            /** @description The completed sync point. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPoint"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelSyncPoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            /** @description The cancelled sync point. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPoint"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failSyncPoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            /** @description The failed sync point. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncPoint"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSyncPointEvents: {
        parameters: {
            query?: {
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the sync point. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProgressTrackers: {
        parameters: {
            query?: {
                /** @description Only progress trackers with this status. May be repeated; then one of the values has to match. */
                status?: ("active" | "completed" | "failed" | "expired" | "cancelled")[];
                role?: "participant" | "creator";
                /** @description Admins only: list the progress trackers of this agent. */
                agentId?: string;
                /** @description Admins only: `true` lists the progress trackers of all agents that are active. Of those that have ended, `GET /v1/events` has the events. */
                all?: "true" | "false";
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of progress trackers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProgressTracker"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
                /** @description Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateProgressTracker"];
            };
        };
        responses: {
            /** @description Created before, by the same request; its present state. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedProgressTracker"];
                };
            };
            /** @description Created. */
            201: {
                headers: {
                    /** @description Path of the created resource. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedProgressTracker"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProgressTracker: {
        parameters: {
            query?: {
                /** @description Long poll: maximum seconds to wait (0 to 20). */
                wait?: number;
                /** @description With `wait`: respond as soon as the version is no longer this one. If omitted: at the ending. */
                version?: number;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The progress tracker. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressTracker"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeProgressTracker"];
            };
        };
        responses: {
            /** @description The changed progress tracker. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressTracker"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reportProgress: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportProgress"];
            };
        };
        responses: {
            /** @description Accepted. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportAnswer"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listReports: {
        parameters: {
            query?: {
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of reports. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Report"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failAtProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Fail"];
            };
        };
        responses: {
            /** @description The agent had already failed; nothing changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackerFailureAnswer"];
                };
            };
            /** @description Recorded. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackerFailureAnswer"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    excuseFromProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Excuse"];
            };
        };
        responses: {
            /** @description The participant had already been excused; nothing changed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackerExcuseAnswer"];
                };
            };
            /** @description Excused. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrackerExcuseAnswer"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProgressTrackerParticipants: {
        parameters: {
            query?: {
                /** @description Only participants with this outcome. */
                outcome?: "pending" | "arrived" | "failed" | "excused";
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of participants. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["TrackerParticipant"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    completeProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            /** @description The completed progress tracker. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressTracker"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            /** @description The cancelled progress tracker. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressTracker"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    failProgressTracker: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["End"];
            };
        };
        responses: {
            /** @description The failed progress tracker. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressTracker"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProgressTrackerEvents: {
        parameters: {
            query?: {
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                /** @description Id of the progress tracker. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readInbox: {
        parameters: {
            query?: {
                /** @description `true`: only messages not acknowledged yet, whether or not acknowledgement is required: most urgent first, oldest first among equals. Otherwise all messages, oldest first. */
                unacknowledged?: "true" | "false";
                /** @description Only messages whose content has this type. */
                type?: string;
                priority?: "LOW" | "MEDIUM" | "HIGH";
                /** @description Long poll: maximum seconds to wait for a message (0 to 20). */
                wait?: number;
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. With a filter it may hold fewer than `limit`, even none, and not be the last. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["InboxMessage"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Acknowledge"];
            };
        };
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcknowledgedMessage"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    acknowledgeMessages: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcknowledgeMany"];
            };
        };
        responses: {
            /** @description The result for each message. If the response is lost, repeat the request. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Acknowledgements"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMessages: {
        parameters: {
            query?: {
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. It may hold fewer than `limit` and not be the last. A message is listed a moment after it was sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["SentMessage"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
                /** @description Makes the request safe to repeat: a repeat with the same body creates nothing more; another body is an error. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SendMessage"];
            };
        };
        responses: {
            /** @description Accepted; the inboxes have it a moment later. */
            201: {
                headers: {
                    /** @description Path of the created resource. */
                    location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedMessage"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMessage: {
        parameters: {
            query?: {
                /** @description Maximum number of recipients to return. Default 100. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageWithRecipients"];
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Only events of this type. May be repeated; then one of the values has to match. */
                type?: ("SYNC_POINT_CREATED" | "SYNC_POINT_DEADLINE_CHANGED" | "SYNC_POINT_COMPLETED" | "SYNC_POINT_FAILED" | "SYNC_POINT_CANCELLED" | "SYNC_POINT_EXPIRED" | "PROGRESS_TRACKER_CREATED" | "PROGRESS_UPDATED" | "PROGRESS_STALLED" | "PROGRESS_RESUMED" | "PROGRESS_TRACKER_CHANGED" | "PROGRESS_TRACKER_DEADLINE_CHANGED" | "PROGRESS_TRACKER_COMPLETED" | "PROGRESS_TRACKER_FAILED" | "PROGRESS_TRACKER_CANCELLED" | "PROGRESS_TRACKER_EXPIRED" | "AGENT_ARRIVED" | "AGENT_FAILED" | "AGENT_EXCUSED" | "AGENT_REGISTERED" | "AGENT_DEACTIVATED" | "AGENT_REACTIVATED" | "AGENT_LOST" | "AGENT_RETURNED")[];
                /** @description Only events of this sync point, progress tracker or agent. */
                relatedId?: string;
                /** @description Only events that this agent caused; `system` for those that no agent caused. */
                agentId?: string;
                /** @description Only events at or after this time. */
                since?: string;
                /** @description Which events come first. Default `oldest`. */
                order?: "oldest" | "newest";
                /** @description Maximum number of items to return. Default 20. A page may hold fewer, even none, and not be the last: go on while `nextCursor` isn't null. */
                limit?: number;
                /** @description `nextCursor` of the previous page. */
                cursor?: string;
            };
            header?: {
                /** @description Trace that the request belongs to (W3C Trace Context). Without a valid one, the request starts a new trace. */
                traceparent?: components["parameters"]["traceparent"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Event"][];
                        /** @description Pass it as `cursor` for the next page; null on the last page. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description An error, as a problem document (RFC 9457). */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
