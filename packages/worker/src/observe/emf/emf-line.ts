/** The most values that one metric of a line may carry. */
export const maxValues = 100

export type EmfUnit = 'Count' | 'Milliseconds'

export interface EmfMetric {
  readonly name: string
  readonly unit: EmfUnit
  /** 1 to `maxValues`. */
  readonly values: readonly number[]
}

export interface EmfDocument {
  readonly timestampMs: number
  readonly namespace: string
  /** At most 30; no value is empty. */
  readonly dimensions: Readonly<Record<string, string>>
  /** At most 100. */
  readonly metrics: readonly EmfMetric[]
}

/** One line in CloudWatch's embedded metric format: what the metrics are, and beside it their values and dimensions. */
export function emfLine({ timestampMs, namespace, dimensions, metrics }: EmfDocument): string {
  return JSON.stringify({
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [Object.keys(dimensions)],
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, values }) => [name, values])),
  })
}
