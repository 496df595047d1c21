/** One side of a comparison: how to start it, and what it is called in the tables. */
export interface Contender {
  readonly name: string
  readonly command: string
  readonly args: (port: number) => readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Path of its Prometheus metrics, where it has them. */
  readonly metricsPath?: string
  /** Why it cannot run here; `undefined` when it can. */
  readonly missing?: string | undefined
}
