/** Settings of `npm start` from the environment; an invalid value is a one-line error. */
import { LocalError } from './local-error';
import { type StoreKind, storeKindOf } from './store';

export interface LocalSettings {
  /** 0 takes any free port. */
  readonly port: number;
  readonly dataDirectory: string;
  /** If not set, one is generated and kept in the data directory. */
  readonly adminToken?: string;
  /** Which store to start as DynamoDB; if not set, one that is available. */
  readonly store?: StoreKind;
  /** A DynamoDB to use instead of starting one. */
  readonly dynamoDbEndpoint?: string;
  /** Where to write which AWS actions the functions call; if not set, they aren't recorded. */
  readonly recordCallsFile?: string;
  /** Stage settings that differ from dev's, as in `cdk deploy -c name=value`. */
  readonly stageSettings: Readonly<Record<string, string>>;
}

const MIN_ADMIN_TOKEN_LENGTH = 32;
const DEFAULT_PORT = 4000;
const DEFAULT_DATA_DIRECTORY = '.muster';
const MAX_PORT = 65_535;

export function readSettings(environment: Readonly<Record<string, string | undefined>>): LocalSettings {
  const adminToken = environment['MUSTER_ADMIN_TOKEN'];
  const recordCallsFile = given(environment['MUSTER_RECORD_CALLS']);
  const dynamoDbEndpoint = given(environment['DYNAMODB_ENDPOINT']);
  const store = storeKindOf(environment);
  return {
    port: parsePort(environment['MUSTER_PORT']),
    dataDirectory: given(environment['MUSTER_DATA_DIR']) ?? DEFAULT_DATA_DIRECTORY,
    ...(adminToken === undefined || adminToken === '' ? {} : { adminToken: checkAdminToken(adminToken) }),
    ...(store === undefined ? {} : { store }),
    ...(dynamoDbEndpoint === undefined ? {} : { dynamoDbEndpoint: checkEndpoint(dynamoDbEndpoint) }),
    ...(recordCallsFile === undefined ? {} : { recordCallsFile }),
    stageSettings: parseStageSettings(environment['MUSTER_STAGE_SETTINGS'] ?? ''),
  };
}

/** Also applies to a token in the data directory; the message never shows the token. */
export function checkAdminToken(token: string): string {
  if (token.length < MIN_ADMIN_TOKEN_LENGTH) {
    throw new LocalError(
      `MUSTER_ADMIN_TOKEN has ${token.length} characters; at least ${MIN_ADMIN_TOKEN_LENGTH} are required.`,
    );
  }
  // It is sent in a header, where anything but visible ASCII would be cut off or rejected.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new LocalError('MUSTER_ADMIN_TOKEN has other characters than visible ASCII; spaces are not allowed either.');
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

/** Any number of `name=value`, separated by blanks. Synthesis checks the names and values. */
function parseStageSettings(text: string): Record<string, string> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', ...value] = word.split('=');
      if (name === '' || value.length === 0) {
        throw new LocalError(
          `MUSTER_STAGE_SETTINGS has '${word}'; allowed: name=value, like reminderIntervalSeconds=60, separated by spaces.`,
        );
      }
      return [name, value.join('=')];
    }),
  );
}

function checkEndpoint(value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    throw new LocalError(`DYNAMODB_ENDPOINT is '${value}'; allowed: a URL like http://127.0.0.1:8000.`);
  }
  return value;
}

function given(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === '' ? undefined : text;
}
