import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../settings';

describe('a setting of `npm start` that is invalid', () => {
  test.each([
    ['MUSTER_PORT', 'http', "MUSTER_PORT is 'http'; allowed: a whole number from 0"],
    ['MUSTER_PORT', '65536', "MUSTER_PORT is '65536'; allowed: a whole number from 0"],
    ['MUSTER_ADMIN_TOKEN', 'short', 'MUSTER_ADMIN_TOKEN has 5 characters; at least 32 are required.'],
    ['MUSTER_STORE', 'sqlite', "MUSTER_STORE is 'sqlite'; allowed: dynoxide, dynamodb-local."],
    ['DYNAMODB_ENDPOINT', 'localhost:8000', "DYNAMODB_ENDPOINT is 'localhost:8000'; allowed: a URL"],
  ])('is refused: %s=%s', (name, value, message) => {
    expect(() => readSettings({ [name]: value })).toThrow(message);
  });
});
