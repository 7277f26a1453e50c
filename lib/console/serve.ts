import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MusterError } from '../common/errors';
import { NO_SNIFFING } from '../http/page-headers';
import { instanceOf, problemResponse } from '../http/problem';
import { chosenCoding } from './coding';
import { ASSET_PATH, GUIDE_PATH, REFERENCE_PATH } from './paths';
import { CONSOLE_HEADERS, REFERENCE_HEADERS } from './policies';
import type { Site } from './site';

/** Its name changes with its content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Kept by the browser, which asks each time whether it still is the same. */
const ASK_FIRST = 'no-cache';

/** What the gateway passes on, as far as the console reads it. */
type Request = Pick<APIGatewayProxyEventV2, 'headers' | 'pathParameters' | 'rawPath' | 'requestContext' | 'routeKey'>;

interface Target {
  /** In the site. */
  readonly file: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A Lambda function that serves the pages of the console and the files that they load. */
export const serveConsole =
  (site: Site) =>
  (request: Request): APIGatewayProxyStructuredResultV2 => {
    const { file: path, headers } = targetOf(request);
    const file = site.find(path);
    if (file === undefined) return notFound(request);

    const coding = chosenCoding(request.headers['accept-encoding']);
    // A strong validator: each coding is a representation of its own (RFC 9110, section 8.8.3.3).
    const etag = `"${file.hash}${coding === 'identity' ? '' : `-${coding}`}"`;
    const common = { ...headers, ...NO_SNIFFING, 'content-type': file.contentType, etag, vary: 'accept-encoding' };
    if (isKnown(etag, request.headers['if-none-match'])) return { statusCode: 304, headers: common };

    const isHead = request.requestContext.http.method === 'HEAD';
    return {
      statusCode: 200,
      headers: { ...common, ...(coding !== 'identity' && { 'content-encoding': coding }) },
      // Binary content, which a result in JSON can only hold as base64.
      ...(isHead ? { body: '' } : { body: site.contentOf(path, coding), isBase64Encoded: true }),
    };
  };

function targetOf({ routeKey, pathParameters }: Request): Target {
  const path = routeKey.slice(routeKey.indexOf(' ') + 1);
  if (path === ASSET_PATH) {
    return { file: `assets/${pathParameters?.['file'] ?? ''}`, headers: { 'cache-control': FOR_EVER } };
  }
  if (path === GUIDE_PATH) {
    return { file: `guides/${pathParameters?.['file'] ?? ''}`, headers: { 'cache-control': ASK_FIRST } };
  }
  return path === REFERENCE_PATH
    ? { file: 'docs.html', headers: { ...REFERENCE_HEADERS, 'cache-control': ASK_FIRST } }
    : { file: 'index.html', headers: { ...CONSOLE_HEADERS, 'cache-control': ASK_FIRST } };
}

/** Whether the client already has what would be sent (RFC 9110, section 13.1.2); the comparison is the weak one. */
function isKnown(etag: string, ifNoneMatch: string | undefined): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes('*') || known.includes(etag);
}

function notFound(request: Request): APIGatewayProxyStructuredResultV2 {
  const error = new MusterError(
    'route.not-found',
    `The console has no file ${request.rawPath}. After a deployment the names of files change: reload the page.`,
  );
  const response = problemResponse(error, instanceOf(request), request.requestContext.requestId);
  return { ...response, headers: { ...response.headers, ...NO_SNIFFING } };
}
