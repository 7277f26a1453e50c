export default async function stopDynamoDb(): Promise<void> {
  await globalThis.__DYNAMODB_LOCAL__?.stop();
}
