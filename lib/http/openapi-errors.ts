/** The errors of an operation in the OpenAPI document: by status, with the codes that it can return. */
import { explainedErrors } from '../common/error-explanations';
import { CATALOG, type ErrorCode } from '../common/errors';
import type { Route } from './route';

/** What every operation with a token, or with a body, can return beside its own errors. */
const WITH_TOKEN: readonly ErrorCode[] = ['auth.no-token', 'auth.bad-token', 'internal.error', 'store.busy'];
const WITH_BODY: readonly ErrorCode[] = [
  'request.not-json',
  'request.too-large',
  'request.unsupported-media-type',
  'request.invalid',
];

const PROBLEM = 'application/problem+json';
const explanations = new Map<string, { readonly title: string; readonly when: string; readonly remedy: string }>(
  explainedErrors().service.map((error) => [error.code, error]),
);

/** The codes that an operation can return, by status; `own` are those that its route does not tell. */
export function codesByStatus(
  { public: isPublic, request: { query, params, headers, body } = {} }: Route,
  own: readonly ErrorCode[] = [],
): Map<number, ErrorCode[]> {
  const codes = [
    ...own,
    ...(isPublic ? [] : WITH_TOKEN),
    ...(body ? WITH_BODY : []),
    ...(query || params || headers ? (['request.invalid'] as const) : []),
  ];
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...new Set(codes)].sort()) {
    const { status } = CATALOG[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

/** A response whose body is a problem document with one of these codes. */
export function problemResponseOf(codes: readonly ErrorCode[], examples: Readonly<Record<string, object>>) {
  const [first] = codes;
  const named = codes.map((code) => `\`${code}\``).join(', ');
  const description = codes.length === 1 && first ? `${named}: ${CATALOG[first].title}` : named;
  const schema = {
    allOf: [
      { $ref: '#/components/schemas/Problem' },
      {
        type: 'object' as const,
        properties: {
          code: {
            type: 'string' as const,
            enum: [...codes],
            'x-enumDescriptions': Object.fromEntries(codes.map((code) => [code, explanationOf(code)])),
          },
        },
      },
    ],
  };
  const has = Object.keys(examples).length > 0;
  return { description, content: { [PROBLEM]: { schema, ...(has && { examples }) } } };
}

function explanationOf(code: ErrorCode): string {
  const { when = '', remedy = '' } = explanations.get(code) ?? {};
  return `${when} **What to do:** ${remedy}`;
}

/** Responses that come from the gateway, before any function is called. */
export const GATEWAY_RESPONSES = {
  tooManyRequests: {
    description: 'Too many requests for the rate limit of the stage. Retry later, with growing pauses.',
    content: {
      'application/json': { schema: { type: 'object' as const, properties: { message: { type: 'string' as const } } } },
    },
  },
  anyOther: {
    description: 'Any other error. In AWS, those of the gateway have only a `message`.',
    content: { [PROBLEM]: { schema: { $ref: '#/components/schemas/Problem' } } },
  },
};
