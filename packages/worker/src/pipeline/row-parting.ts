import {
  type AnyStage,
  type Partition,
  partitionsOf,
  type PartitionValues,
  PipelineError,
  type RecordBatch,
  rowsByKey,
  type StageConfig,
} from '@redesmyn/core'

/** Rows that may share a call of a stage. */
export interface RowParty {
  /** Another text for other rows. */
  readonly bucket: string
  /** What their partition adds to the parameters. */
  readonly values: PartitionValues
  /** Their numbers, ascending. */
  readonly rows: readonly number[]
}

/** Tells which rows may share a call of a stage: those of one partition, and of one batch key. */
export class RowParting {
  /** Columns whose values they share; undefined: they may differ in all. */
  readonly by: readonly string[] | undefined
  readonly #batchKey: StageConfig['batchKey']

  private constructor({ partitionBy, batchKey }: StageConfig) {
    this.by = partitionBy
    this.#batchKey = batchKey
  }

  /** Undefined where all rows may. */
  static of({ config }: Pick<AnyStage, 'config'>): RowParting | undefined {
    if (config.partitionBy === undefined && config.batchKey === undefined) return undefined
    return new RowParting(config)
  }

  partitions(rows: RecordBatch): readonly Partition[] {
    if (this.by !== undefined) return partitionsOf(rows, this.by)
    return [{ values: {}, rows: Array.from({ length: rows.rowCount }, (_, row) => row) }]
  }

  /** In the order in which each comes first. Throws HANDLER_ERROR where the key of a row cannot be made. */
  parties(rows: RecordBatch, partitions = this.partitions(rows)): readonly RowParty[] {
    const keys = this.#keys(rows)
    return partitions.flatMap((partition) => {
      const { values } = partition
      const named = this.by?.map((name) => values[name] ?? null)
      const bucket = named === undefined ? '' : JSON.stringify(named)
      if (keys === undefined) return [{ ...partition, bucket }]
      const own = new Map<string, number[]>()
      for (const row of partition.rows) {
        const key = keys[row]
        const known = own.get(key)
        if (known === undefined) own.set(key, [row])
        else known.push(row)
      }
      return Array.from(own, ([key, numbers]) => ({ bucket: `${bucket}${key}`, values, rows: numbers }))
    })
  }

  #keys(rows: RecordBatch): readonly string[] | undefined {
    if (this.#batchKey === undefined) return undefined
    try {
      const keys: string[] = []
      for (const [key, numbers] of rowsByKey(rows, this.#batchKey)) for (const row of numbers) keys[row] = key
      return keys
    } catch (cause) {
      if (cause instanceof PipelineError) throw cause
      throw new PipelineError('HANDLER_ERROR', 'the key of a batch could not be made', { cause })
    }
  }
}
