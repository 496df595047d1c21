/** Labels of one series: names in the form of Prometheus, and values from a small set. */
export type MetricLabels = Readonly<Record<string, string>>

/**
 * Metrics of the user's own, declared where they are first used. They are summed over the threads of a stage and appear
 * in `/metrics` with the label `stage`; gauges carry `slot` too. A name is in lower case with underscores, as
 * `cache_hits_total`. Each call throws HANDLER_ERROR for a name or a label that cannot be, or that is another kind.
 */
export interface HandlerMetrics {
  counter(name: string, labels?: MetricLabels): MetricCounter
  gauge(name: string, labels?: MetricLabels): MetricGauge
  histogram(name: string, labels?: MetricLabels): MetricHistogram
}

export interface MetricCounter {
  /** Default 1. What is not a number >= 0 is passed over. */
  add(amount?: number): void
}

export interface MetricGauge {
  set(value: number): void
}

export interface MetricHistogram {
  /** Counts the value in buckets of powers of two, from 2^-10 to 2^13. */
  observe(value: number): void
}
