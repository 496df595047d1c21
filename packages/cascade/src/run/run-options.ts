/** What a run may be told beside the app module: everything is optional and resolved once. */
export interface RunOptions {
  /** Slots of stages that set no `threads` of their own. */
  readonly threads?: number
  /** Bytes that all batches, queues and files in work may take. */
  readonly memoryBytes?: number
  readonly partRows?: number
  readonly partBytes?: number
  readonly batchRows?: number
  /** A number of rows, or a share such as `1%`. */
  readonly maxRejects?: string
  /** Replaces what the asset's source reads: globs, or `-` for stdin. */
  readonly input?: readonly string[]
  /** Replaces where the asset goes: a folder, or `-` for stdout. */
  readonly output?: string
  /** Of the parts of this run: the i-th of n shares, from 1, as `i/n`. */
  readonly shard?: string
  /** Only parts of these partitions, as `key=value` or as a value; braces expand. */
  readonly partition?: readonly string[]
  readonly select?: readonly string[]
  readonly restart?: boolean
  readonly acceptDrift?: boolean
  /** `part`: a part's files can be seen once it is committed. `atomic`: only when all are. Default `part`. */
  readonly publish?: 'part' | 'atomic'
  /** Whether rows may leave in another order than they came within a part. */
  readonly unordered?: boolean
  /** A file that takes OpenLineage events, a line each. */
  readonly lineage?: string
  /** Where `GET /metrics` is answered on this machine; 0 is any free port. Undefined: nowhere. */
  readonly metricsPort?: number
  /** Default `warn`. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Undefined: stderr. */
  readonly logFile?: string
  /** Niceness that the process and all that it begins have at least, from 0 to 19. Default 0. */
  readonly nice?: number
}
