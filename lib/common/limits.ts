/** Every limit of the API in one place. The schemas, the OpenAPI document and the README take them from here. */

export const KIB = 1024;

export const MAX_PARTICIPANTS = 10_000;
export const MIN_PARTICIPANTS = 2;

export const MAX_ID_LENGTH = 64;
export const ID_PATTERN = /^[A-Za-z0-9._:-]{1,64}$/;

export const MAX_NAME_LENGTH = 200;
export const MAX_DESCRIPTION_LENGTH = 2_000;
export const MAX_REASON_LENGTH = 2_000;

/** Size of `metadata` as UTF-8 JSON. */
export const MAX_METADATA_BYTES = 16 * KIB;
/** Size of an arrival's or a report's `data` as UTF-8 JSON. */
export const MAX_DATA_BYTES = 64 * KIB;
export const MAX_REQUEST_BYTES = KIB * KIB;

/** Of a progress tracker; a step is stored in five digits of base 64, which go just beyond it. */
export const MAX_TOTAL_STEPS = 1_000_000_000;

/** Deeper nesting has no use here, and would exhaust the stack of code that walks the document later. */
export const MAX_JSON_DEPTH = 100;
export const MAX_CURSOR_LENGTH = 2_048;
/** Of a message's `content.type`. */
export const MAX_TYPE_LENGTH = 64;

/** The maximum distance of a deadline, or of the expiry of a message, from now. */
export const MAX_DEADLINE_AHEAD_MS = 366 * 86_400_000;

/** Of a progress tracker: 30 days. */
export const MAX_STALL_SECONDS = 30 * 86_400;

/** How soon an agent may promise to check in again. */
export const MIN_TTL_SECONDS = 10;
export const MAX_TTL_SECONDS = 3_600;

/** Below the 30 s an HTTP API waits for a function, with room for the work before and after the wait. */
export const MAX_WAIT_SECONDS = 20;

export const DEFAULT_LIST_LIMIT = 20;
export const MAX_LIST_LIMIT = 100;

export const MAX_RECIPIENTS = 100;
/** Size of a message's `content` as UTF-8 JSON. */
export const MAX_CONTENT_BYTES = 64 * KIB;
/** The same, for a message to everyone on a roster: each participant has a copy. */
export const MAX_ROSTER_CONTENT_BYTES = 4 * KIB;

/** Size of an acknowledgement's `data` as UTF-8 JSON. */
export const MAX_ACKNOWLEDGEMENT_DATA_BYTES = 4 * KIB;
/** Of one request. */
export const MAX_ACKNOWLEDGEMENTS = 100;

export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
export const MAX_TOKENS_PER_AGENT = 10;

/** The response of a function is limited to 6 MB; this leaves room for everything but the data. */
export const MAX_DATA_PER_ANSWER_BYTES = 3 * KIB * KIB;
