import {
  DEFAULT_LIST_LIMIT,
  MAX_CONTENT_BYTES,
  MAX_DATA_BYTES,
  MAX_DESCRIPTION_LENGTH,
  MAX_LIST_LIMIT,
  MAX_METADATA_BYTES,
  MAX_NAME_LENGTH,
  MAX_PARTICIPANTS,
  MAX_RECIPIENTS,
  MAX_REQUEST_BYTES,
  MAX_ROSTER_CONTENT_BYTES,
  MAX_WAIT_SECONDS,
} from '../../lib/common/limits';

const number = (value: number): string => value.toLocaleString('en-US');

export const SUMMARY = 'Coordination for software agents: wait for each other, report progress, exchange messages.';

/** What holds for every operation. */
export const INTRODUCTION = `Muster lets software agents (LLM agents, CI jobs, workers) wait for each other, report progress and send each
other messages, over HTTPS.

- **Sync points** are barriers with named participants, a deadline and exactly one ending.
- **Progress trackers** show how far each participant and the whole are, and tell when nothing moves any more.
- **Messages** reach the inboxes of agents, which acknowledge what they have dealt with.
- **Events** are the log of everything that has happened.

A first round: an admin registers two agents (\`POST /v1/agents\`). One of them creates a sync point with both as
participants (\`POST /v1/sync-points\`). Each arrives when its part is done, and waits for the other
(\`POST /v1/sync-points/{id}/arrivals?wait=20\`).

# Authentication

Every request under \`/v1\`, except \`GET /v1/health\`, needs the header \`Authorization: Bearer <token>\`. The caller is the
agent that the token belongs to, never a field of the request. An agent can have several tokens; they can be rotated and
revoked. \`admin\` is a role of a token, not of an agent.

Who is not related to a sync point or tracker, as participant, creator or admin, gets 404, not 403. 403 is for those
related who lack the right.

# Errors

Every error of an operation is a problem document (\`application/problem+json\`, RFC 9457). Decide by its \`code\`, which is
stable; \`title\` and \`detail\` are for people. Each operation below lists its codes.
[/docs/errors](/docs/errors) explains all of them. For invalid requests, \`errors\` points to each wrong place. Unknown
fields are an error, because they are typos.

429 and 503 pass: retry, after the seconds in \`Retry-After\` if the response has it. In AWS, the gateway itself responds
to requests without a token (401) and above the rate (429), with a \`message\` and no \`code\`.

# Repeating a request

When a response is lost, send the same request again. Arrivals, failures, excuses, reports and acknowledgements count
once; a repeat responds with 200 and \`repeated: true\`. For creations, choose an \`id\` or send an \`Idempotency-Key\`: any
visible ASCII text that is new for each new request, like a UUID. The same key with another body is refused.

# Lists

A list is \`{items, nextCursor}\`. Pass \`nextCursor\` as \`cursor\` for the next page, until it is null. A page has up to
\`limit\` items (${DEFAULT_LIST_LIMIT} by default, ${MAX_LIST_LIMIT} at most). It may have fewer, even none, and not be the last. A cursor is opaque, and
valid only for the list that it came from.

# Waiting

\`wait=20\` keeps a request open until there is something new, for ${MAX_WAIT_SECONDS} seconds at most. When the time is up, the response has
the present state, and is no error: ask again. Where reads have a \`version\`, \`wait=20&version=7\` responds as soon as it is no
longer 7. So no change is missed between two requests.

# Times and numbers

Times in responses are ISO 8601 in UTC with milliseconds. Requests may have any time of RFC 3339, with a time zone.
JSON numbers are doubles: an integer beyond 2^53 loses digits, so send it as text. A number beyond 1.8e308 and a member
\`__proto__\` are refused, at any depth.

# Limits

| what | at most |
| --- | --- |
| participants of a sync point or tracker | ${number(MAX_PARTICIPANTS)} |
| id | 64 characters of \`A-Z a-z 0-9 . _ : -\` |
| name, description | ${number(MAX_NAME_LENGTH)}, ${number(MAX_DESCRIPTION_LENGTH)} characters |
| metadata | ${number(MAX_METADATA_BYTES)} bytes of JSON |
| data of an arrival, a failure or a report | ${number(MAX_DATA_BYTES)} bytes of JSON |
| content of a message | ${number(MAX_CONTENT_BYTES)} bytes of JSON; to everyone on a roster ${number(MAX_ROSTER_CONTENT_BYTES)} |
| recipients of a message, by id | ${number(MAX_RECIPIENTS)} |
| deadline | 366 days ahead |
| request | ${number(MAX_REQUEST_BYTES)} bytes |

# Tracing

Requests may have a \`traceparent\` header (W3C Trace Context), and responses have one. It finds everything that followed
from the request in the logs, the events and the messages. The responses of the gateway itself have none.`;
