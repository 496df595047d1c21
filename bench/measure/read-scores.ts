import polars from 'nodejs-polars'

/** What a contender has written, so that it can be compared with what others have. */
export interface Written {
  readonly rows: number
  readonly distinctIds: number
  readonly idSum: number
  /** Undefined where there is no such column. */
  readonly scoreSum: number | undefined
}

/** Reads all Parquet files of a folder, those in folders of other names than ours excepted. */
export function readWritten(folder: string): Written {
  const files = polars.scanParquet(`${folder}/*.parquet`)
  const frame = files.select('trip_id').collectSync()
  const ids = frame.getColumn('trip_id')
  const hasScore = files.columns.includes('score')
  const scores = hasScore ? files.select('score').collectSync().getColumn('score') : undefined
  return {
    rows: frame.height,
    distinctIds: ids.nUnique(),
    idSum: Number(ids.sum()),
    scoreSum: scores === undefined ? undefined : Number(scores.cast(polars.Float64).sum()),
  }
}
