/** Schemas that the routes of messages and of inboxes share. */
import * as z from 'zod';
import { answerSchema } from '../http/answers';

export const recipientsOfSchema = answerSchema(() =>
  z
    .union([z.object({ syncPointId: z.string() }), z.object({ progressTrackerId: z.string() })])
    .optional()
    .meta({ description: 'Present only if the message was sent to the participants of this.' }),
);
