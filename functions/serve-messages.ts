import { createLogger } from '../lib/common/log';
import { requiredDays } from '../lib/common/settings';
import { serve } from '../lib/http/app';
import { messageApi } from '../lib/messages/api';
import { messageRoutes } from '../lib/messages/routes';
import { openService } from '../lib/table/service';

const service = { ...openService(), messageDays: requiredDays('MESSAGE_RETENTION_DAYS') };

export const handler = serve(messageRoutes, messageApi(service), createLogger());
