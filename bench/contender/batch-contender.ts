import { fileURLToPath } from 'node:url'
import { sourcePath } from './place.ts'
import { findPython } from './python.ts'

/** What a contender is to do: read all files of a folder, write to another one. */
export interface BatchJob {
  /** Of the files that are read; each contender reads all of them. */
  readonly input: string
  readonly format: 'parquet' | 'ndjson'
  /** Empty, or not there. */
  readonly output: string
  readonly threads: number
}

/** One side of a comparison of whole runs. */
export interface BatchContender {
  readonly name: string
  readonly command: string
  readonly args: (job: BatchJob) => readonly string[]
  /** Why it cannot run here; `undefined` when it can. */
  readonly missing: string | undefined
}

const cascadeBin = fileURLToPath(new URL('../../../packages/cascade/bin/cascade.js', import.meta.url))
const model = fileURLToPath(new URL('../../../examples/taxi/model.onnx', import.meta.url))
/** The flow of the examples, from its source, as a user runs it. */
const taxiFlow = fileURLToPath(new URL('../../../examples/taxi/flow.ts', import.meta.url))

const dataFrames = {
  imports: ['polars', 'onnxruntime', 'duckdb', 'numpy'],
  packages: ['polars==2.1.0', 'onnxruntime==1.31.1', 'duckdb==2.0.0', 'numpy==2.4.6'],
  variable: 'POLARS_PYTHON',
}
const ray = { imports: ['ray.data', 'onnxruntime'], packages: ['ray[data]==2.53.0'], variable: 'RAY_PYTHON' }

/** `cascade run` of the taxi flow. */
export function runTaxiFlow(flags: readonly string[] = []): BatchContender {
  return runFlow(`${taxiFlow}#scored`, flags)
}

/** `cascade run` of a flow of bench/apps. */
export function runBenchFlow(asset: string, flags: readonly string[] = []): BatchContender {
  return runFlow(sourcePath(`apps/${asset}`), flags)
}

/** The same run with flags of node's own. */
export function withNodeFlags(contender: BatchContender, flags: readonly string[]): BatchContender {
  return { ...contender, args: (job) => [...flags, ...contender.args(job)] }
}

/** A Python program of bench/jobs that works with data frames. */
export function pythonJob(name: string, file: string, flags: readonly string[] = []): BatchContender {
  return pythonContender(name, file, flags, dataFrames)
}

/** Ray Data in one process tree of its own, its start included. */
export function rayJob(name: string, file: string): BatchContender {
  return pythonContender(name, file, [], ray)
}

function runFlow(asset: string, flags: readonly string[]): BatchContender {
  return {
    name: 'cascade',
    command: process.execPath,
    args: ({ input, format, output, threads }) => [
      ...[cascadeBin, 'run', asset, '--input', `${input}/*.${format}`, '--output', output],
      ...['--threads', String(threads), '--json', ...flags],
    ],
    missing: undefined,
  }
}

function pythonContender(
  name: string,
  file: string,
  flags: readonly string[],
  needs: Parameters<typeof findPython>[0],
): BatchContender {
  const python = findPython(needs)
  return {
    name,
    command: python ?? 'python3',
    args: ({ input, output, threads }) => [
      ...[sourcePath(`jobs/${file}.py`), '--input', input, '--output', output, '--threads', String(threads)],
      ...['--model', model, ...flags],
    ],
    missing: python === undefined ? `${needs.imports.join(', ')} cannot be imported or installed` : undefined,
  }
}
