import { PipelineError } from '../errors/pipeline-error.ts'
import type { HandlerMetrics, MetricLabels } from './handler-metrics.ts'

const namePattern = /^[a-z][a-z0-9_]{0,99}$/
/** The runtime's own, and what a histogram's samples are called. */
const reservedName = /^(cascade_|process_)|_(bucket|sum|count)$/
const labelPattern = /^[a-z][a-z0-9_]{0,49}$/
const reservedLabels: readonly string[] = ['stage', 'slot', 'le', 'quantile']

/** Throws HANDLER_ERROR for a metric of a handler that could not be in `/metrics`. */
export function checkMetric(name: string, labels: MetricLabels): void {
  if (!namePattern.test(name) || reservedName.test(name)) {
    throw new PipelineError(
      'HANDLER_ERROR',
      `a metric's name is lower-case letters, digits and "_", does not begin with "cascade_" or "process_" and does not end in "_bucket", "_sum" or "_count", got "${name}"`,
    )
  }
  for (const label in labels) {
    if (labelPattern.test(label) && !reservedLabels.includes(label)) continue
    throw new PipelineError(
      'HANDLER_ERROR',
      `a label of metric "${name}" is lower-case letters, digits and "_", and none of ${reservedLabels.join(', ')}, got "${label}"`,
    )
  }
}

/** For calls that nobody scrapes: only the names are checked. */
export const uncountedMetrics: HandlerMetrics = Object.freeze({
  counter: checked({ add() {} }),
  gauge: checked({ set() {} }),
  histogram: checked({ observe() {} }),
})

function checked<Metric>(metric: Metric): (name: string, labels?: MetricLabels) => Metric {
  return (name, labels = {}) => {
    checkMetric(name, labels)
    return metric
  }
}
