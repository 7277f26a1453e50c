/** What the protocol wants in headers of a message that stands in its body. */
import { isObject, type Message } from './message';

const VERSION = 'io.modelcontextprotocol/protocolVersion';

/** Where the name of what is asked for stands, by method. */
const NAMED: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
};

/**
 * From revision 2026-07-28 on each request says its version in `_meta`, and its headers repeat that, the method and the
 * name. Before, only the version is a header, once `initialize` has negotiated it.
 */
export function protocolHeaders({ method, params }: Message, negotiated: string | undefined): Record<string, string> {
  const { _meta: meta, ...rest } = isObject(params) ? params : {};
  const version = isObject(meta) ? meta[VERSION] : undefined;
  if (typeof version !== 'string' || typeof method !== 'string') {
    return negotiated === undefined ? {} : { 'mcp-protocol-version': negotiated };
  }
  const field = Object.hasOwn(NAMED, method) ? NAMED[method] : undefined;
  const name = field === undefined ? undefined : rest[field];
  return {
    'mcp-protocol-version': headerValue(version),
    'mcp-method': headerValue(method),
    ...(typeof name === 'string' && { 'mcp-name': headerValue(name) }),
  };
}

/** As it is if a header can carry it and nothing would take it for what is encoded; else encoded. */
const headerValue = (value: string): string =>
  /^(?!=\?base64\?.*\?=$)[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    ? value
    : `=?base64?${Buffer.from(value).toString('base64')}?=`;
