/** What the environment can set for `npm start`; a wrong value is an error of one line. */
import { LocalError } from './local-error';

export interface LocalSettings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly dataDirectory: string;
  /** Made once and kept in the data directory when it isn't given. */
  readonly adminToken?: string;
  /** Another DynamoDB than the one started here. */
  readonly dynamoDbEndpoint?: string;
  /** Where to write which AWS actions the functions call; nowhere unless given. */
  readonly recordCallsFile?: string;
  /** Settings of the stage that differ from dev's, as `cdk deploy -c name=value` would take them. */
  readonly stageSettings: Readonly<Record<string, string>>;
}

export const OLDEST_NODE = '20.19.0';
export const MIN_ADMIN_TOKEN_LENGTH = 32;
const DEFAULT_PORT = 4000;
const DEFAULT_DATA_DIRECTORY = '.muster';
const MAX_PORT = 65_535;

export function readSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const adminToken = environment['MUSTER_ADMIN_TOKEN'];
  const recordCallsFile = given(environment['MUSTER_RECORD_CALLS']);
  const dynamoDbEndpoint = given(environment['DYNAMODB_ENDPOINT']);
  return {
    port: parsePort(environment['MUSTER_PORT']),
    dataDirectory: given(environment['MUSTER_DATA_DIR']) ?? DEFAULT_DATA_DIRECTORY,
    ...(adminToken === undefined || adminToken === '' ? {} : { adminToken: checkAdminToken(adminToken) }),
    ...(dynamoDbEndpoint === undefined ? {} : { dynamoDbEndpoint: checkEndpoint(dynamoDbEndpoint) }),
    ...(recordCallsFile === undefined ? {} : { recordCallsFile }),
    stageSettings: parseStageSettings(environment['MUSTER_STAGE_SETTINGS'] ?? ''),
  };
}

/** Also what a token in the data directory has to be; the message never shows it. */
export function checkAdminToken(token: string): string {
  if (token.length < MIN_ADMIN_TOKEN_LENGTH) {
    throw new LocalError(
      `MUSTER_ADMIN_TOKEN has ${token.length} characters; it needs at least ${MIN_ADMIN_TOKEN_LENGTH}.`,
    );
  }
  // It travels in a header, where anything else than visible ASCII would be cut or refused.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new LocalError('MUSTER_ADMIN_TOKEN may hold visible ASCII characters only, without spaces.');
  }
  return token;
}

function parsePort(value: string | undefined): number {
  const text = given(value);
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > MAX_PORT) {
    throw new LocalError(`MUSTER_PORT is '${text}'; allowed: a whole number from 0 (any free port) to ${MAX_PORT}.`);
  }
  return port;
}

/** `name=value` as often as wanted, separated by blanks. What they may be is known where the stack is synthesized. */
function parseStageSettings(text: string): Record<string, string> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', ...value] = word.split('=');
      if (name === '' || value.length === 0) {
        throw new LocalError(
          `MUSTER_STAGE_SETTINGS has '${word}'; allowed: name=value, like reminderIntervalSeconds=60, separated by blanks.`,
        );
      }
      return [name, value.join('=')];
    }),
  );
}

function checkEndpoint(value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    throw new LocalError(`DYNAMODB_ENDPOINT is '${value}'; it must be a URL like http://127.0.0.1:8000.`);
  }
  return value;
}

function given(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
