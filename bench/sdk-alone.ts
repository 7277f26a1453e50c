/**
 * What a function with the SDK's document client alone takes to start: the yardstick for the functions of the stack.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const handler = (event: { readonly pk: string }): Promise<unknown> =>
  client.send(
    new UpdateCommand({
      TableName: 'bench',
      Key: { pk: event.pk, sk: 'BARRIER' },
      UpdateExpression: 'ADD arrivals :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
