import { pythonJob, runBenchFlow } from '../contender/batch-contender.ts'
import { tripData } from '../drive/trip-data.ts'
import type { Written } from '../measure/read-scores.ts'
import type { BatchCell } from './batch-cell.ts'
import type { Effort } from './effort.ts'

const threads = 2
const malformedEvery = 1000

/** Lines of JSON checked and written as Parquet; a thousandth of them is cut short, mistyped or lacks something. */
export function cleanCell(effort: Effort): BatchCell {
  const cell = cellOf('clean', 'lines', effort)
  return { ...cell, peers: [duckdb()], goals: cell.goals.filter((goal) => goal.against.includes('DuckDB')) }
}

/** The same where every line is JSON, because polars stops at one that is not. */
export function cleanValuesCell(effort: Effort): BatchCell {
  return cellOf('clean-values', 'values', effort)
}

function cellOf(name: string, malformed: 'lines' | 'values', { isShort }: Effort): BatchCell {
  const rows = isShort ? 100_000 : 5_000_000
  const fileRows = isShort ? 50_000 : 1_000_000
  const data = { rows, fileRows, groupRows: 50_000, format: 'ndjson', seed: 1, malformedEvery, malformed } as const
  const what = malformed === 'lines' ? 'is malformed' : 'has a value that is none'
  return {
    name,
    title: `${rows} lines of JSON → Parquet, one in ${malformedEvery} ${what}, ${threads} threads`,
    rows,
    input: tripData(name, data),
    format: 'ndjson',
    threads,
    subject: runBenchFlow('clean-flow.ts#clean'),
    peers: [duckdb(), pythonJob('polars', 'polars_clean')],
    parts: [],
    goals: [
      { kind: 'speed', against: ['DuckDB'], atLeast: 0.5 },
      { kind: 'speed', against: ['polars'], atLeast: 0.5 },
    ],
    complaint: (written, side) => complaintOf(written, side, rows),
  }
}

function duckdb() {
  return pythonJob('DuckDB', 'duckdb_clean')
}

/** Every good trip once; others may keep a bad one with holes in it, the subject may not. */
function complaintOf({ rows, distinctIds }: Written, side: 'subject' | 'peer', expected: number) {
  const good = expected - expected / malformedEvery
  const isRight = side === 'subject' ? rows === good : rows >= good && rows <= expected
  if (isRight && distinctIds === rows) return undefined
  return `${rows} rows and ${distinctIds} trips, expected ${good}`
}
