import { type ExplainedError, explainedErrors } from '../lib/common/error-explanations';
import { writeOrCheck } from './write-or-check';

/** `npm run errors`: writes docs/errors.md from the catalogue. */
const { service, gateway } = explainedErrors();

const section = ({ code, status, title, retryable, when, remedy }: ExplainedError): string => `<a id="${code}"></a>

### \`${code}\`

**${status}: ${title}.** ${retryable ? 'A retry can help.' : 'A retry does not help.'}

- When: ${when}
- What to do: ${remedy}
`;

const text = `# Errors

Every error of an operation is a problem document (\`application/problem+json\`, RFC 9457); in AWS the gateway's own
responses, to requests without a token or above the rate, are not. Programs decide by \`code\`, which is stable;
\`title\` and \`detail\` are for people and may change. \`type\` is the address of the explanation, \`/docs/errors#CODE\`,
relative to the service. This page is made from the same catalogue by \`npm run errors\`.

## Errors of the service

${service.map(section).join('\n')}
## Errors of the gateway

These come from the gateway of \`npm start\`. API Gateway in AWS responds with the same statuses, but with its own bodies,
\`{"message": "…"}\`, and without a \`code\`. It also responds with 429 when a client exceeds the rate limit of the stage;
retry later, with growing pauses.

${gateway.map(section).join('\n')}`;

writeOrCheck('docs/errors.md', text, 'errors');
