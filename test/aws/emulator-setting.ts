/** What `npm run verify:aws` hands to the tests here, in the environment. */
export function emulatorSetting(name: 'AWS_ENDPOINT_URL' | 'MUSTER_EMULATOR' | 'MUSTER_TABLE'): string {
  const value = process.env[name];
  if (value === undefined || value === '')
    throw new Error(`${name} is not set; these tests are run by npm run verify:aws.`);
  return value;
}
