import { pythonJob, rayJob, runTaxiFlow } from '../contender/batch-contender.ts'
import { tripData } from '../drive/trip-data.ts'
import type { Written } from '../measure/read-scores.ts'
import type { BatchCell } from './batch-cell.ts'
import type { Effort } from './effort.ts'

const threads = 2
const tolerance = 1e-4

/** Trips from Parquet through an ONNX model into Parquet, whole runs with their start. */
export function taxiCell({ isShort }: Effort): BatchCell {
  const rows = isShort ? 200_000 : 10_000_000
  const fileRows = isShort ? 100_000 : 1_000_000
  const data = { rows, fileRows, groupRows: 100_000, format: 'parquet', seed: 1 } as const
  const parts = ['reading alone', 'inference alone', 'writing alone']
  const scoreSums: number[] = []
  return {
    name: 'taxi',
    title: `${rows} trips, Parquet → 8 features → ONNX 8→64→32→1 → Parquet, ${threads} threads`,
    rows,
    input: tripData('taxi', data),
    format: 'parquet',
    threads,
    subject: runTaxiFlow(),
    peers: [
      pythonJob('polars + onnxruntime', 'polars_ort'),
      pythonJob('the same, two files at once', 'polars_ort', ['--at-once']),
      // Its installation and its start take longer than a short form may.
      ...(isShort ? [] : [rayJob('Ray Data', 'ray_taxi')]),
    ],
    parts: [
      { name: 'reading alone', contender: pythonJob('reading', 'taxi_part', ['--part', 'read']) },
      { name: 'inference alone', contender: pythonJob('inference', 'taxi_part', ['--part', 'infer']) },
      { name: 'writing alone', contender: pythonJob('writing', 'taxi_part', ['--part', 'write']) },
    ],
    goals: [
      { kind: 'speed', against: ['polars + onnxruntime'], atLeast: 1 },
      { kind: 'speed', against: ['the same, two files at once'], atLeast: 1 },
      { kind: 'speed', against: ['Ray Data'], atLeast: 4 },
      { kind: 'speed', against: parts, atLeast: 0.8 },
      { kind: 'memory', against: 'polars + onnxruntime', atMost: 1 },
      { kind: 'memory', against: 'the same, two files at once', atMost: 1 },
    ],
    complaint: (written) => complaintOf(written, rows, scoreSums),
  }
}

/** Every trip once, and scores that add up to what those of the first contender do. */
function complaintOf({ rows, distinctIds, idSum, scoreSum = Number.NaN }: Written, expected: number, sums: number[]) {
  if (rows !== expected || distinctIds !== expected) {
    return `${rows} rows and ${distinctIds} trips, expected ${expected}`
  }
  if (idSum !== (expected * (expected - 1)) / 2) return 'other trips than were read'
  const [first = scoreSum] = sums
  sums.push(scoreSum)
  const isClose = Math.abs(scoreSum - first) <= tolerance * Math.abs(first)
  return isClose ? undefined : `scores add up to ${scoreSum}, those of another to ${first}`
}
