import { Metrics } from '@aws-lambda-powertools/metrics';
import { type Measurement, METRIC_UNITS } from './metric';

/**
 * Metrics in the embedded format: lines of the log that CloudWatch reads, without a call. Namespace and the only
 * dimension, `service`, which is the stack's name, come from the variables of Powertools.
 */
export interface MetricRecorder {
  record(measurements: readonly Measurement[]): void;
  /** Writes the recorded metrics; call it at the end of each invocation. */
  flush(): void;
}

export function createMetricRecorder(): MetricRecorder {
  const metrics = new Metrics();
  return {
    record: (measurements) => {
      for (const { metric, value } of measurements) metrics.addMetric(metric, METRIC_UNITS[metric], value);
    },
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
