import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { currentScope } from './scope';

/** Every line has the trace and the fields of the current scope, however deep the call that logs it. */
class ScopedFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const scope = currentScope();
    return new LogItem({
      attributes: {
        level: attributes.logLevel,
        message: attributes.message,
        timestamp: this.formatTimestamp(attributes.timestamp),
        service: attributes.serviceName,
        function: process.env['AWS_LAMBDA_FUNCTION_NAME'],
        traceId: scope?.trace?.traceId,
        spanId: scope?.trace?.parentId,
        ...scope?.fields,
      },
    }).addAttributes(additional);
  }
}

export const createLogger = (): Logger => new Logger({ logFormatter: new ScopedFormatter() });
