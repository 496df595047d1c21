import { PipelineError } from '@redesmyn/core'

/** What a run is made of, as far as its memory goes. */
export interface RunShape {
  /** Bytes of a full batch: as it is read, as each stage gives it, in order. */
  readonly batchBytes: { readonly read: number; readonly stages: readonly number[] }
  /** Bytes that a format holds of a file while it reads it, and while it writes it. */
  readonly fileBytes: { readonly read: number; readonly write: number }
  readonly stageThreads: number
  /** Batches on their way to stages elsewhere. */
  readonly callsElsewhere: number
  /** Parts that may be in work at once, if memory allows. */
  readonly parts: number
}

export interface MemoryTerm {
  readonly name: string
  readonly bytes: number
}

/** How much may be on the way at once. Results do not depend on it: a batch is the same batch in any window. */
export interface RunWindows {
  readonly budgetBytes: number
  /** Parts in work, each with a reader and a writer. */
  readonly parts: number
  readonly maxBatches: number
  /** What all batches together may take. */
  readonly batchBudgetBytes: number
  /** Whether more memory would let more batches in than are let in now. */
  readonly isTight: boolean
  /** What the least takes that a run can do with. */
  readonly terms: readonly MemoryTerm[]
}

const mebibyte = 1024 * 1024
/** Node, this package and the formats' libraries, before the first row: measured, see bench/notes.md. */
const processBytes = 104 * mebibyte
/** A thread of a stage with its heap; what its model takes is not known before it is loaded. */
const stageThreadBytes = 24 * mebibyte
const fileThreadBytes = 12 * mebibyte
/** In work in a stage, and one behind it that waits, for every thread. */
const batchesPerStageThread = 2
/** Being read, and waiting to be written. */
const batchesPerPart = 2

/** Picks the windows that fit into `memoryBytes`. Throws MEMORY_INSUFFICIENT, naming the largest term. */
export function planWindows(shape: RunShape, memoryBytes: number): RunWindows {
  for (let parts = shape.parts; parts > 1; parts--) {
    const windows = windowsFor({ ...shape, parts }, memoryBytes)
    if (windows.maxBatches > leastBatches(parts)) return windows
  }
  const windows = windowsFor({ ...shape, parts: 1 }, memoryBytes)
  const needed = neededBytes(windows.terms)
  if (memoryBytes >= needed) return windows
  const largest = windows.terms.reduce((one, other) => (other.bytes > one.bytes ? other : one))
  const message = `the run needs at least ${needed} bytes (${inMebibytes(needed)}), its memory is ${memoryBytes} (${inMebibytes(memoryBytes)}); the largest term is ${largest.name} with ${inMebibytes(largest.bytes)}`
  const details = { neededBytes: needed, memoryBytes, terms: windows.terms }
  throw new PipelineError('MEMORY_INSUFFICIENT', message, { details })
}

function windowsFor(shape: RunShape, memoryBytes: number): RunWindows {
  const { parts, stageThreads, callsElsewhere, batchBytes, fileBytes } = shape
  const bytesPerBatch = batchBytes.read + batchBytes.stages.reduce((sum, bytes) => sum + bytes, 0)
  const least = leastBatches(parts)
  const terms = [
    { name: 'the process', bytes: processBytes },
    { name: 'the threads of the stages', bytes: stageThreads * stageThreadBytes },
    { name: 'readers and writers', bytes: parts * (2 * fileThreadBytes + fileBytes.read + fileBytes.write) },
    { name: `${least} batches`, bytes: least * bytesPerBatch },
  ]
  const batchBudgetBytes = memoryBytes - neededBytes(terms.slice(0, -1))
  const useful = stageThreads * batchesPerStageThread + callsElsewhere + parts * batchesPerPart
  const fitting = Math.floor(batchBudgetBytes / Math.max(1, bytesPerBatch))
  const maxBatches = Math.max(least, Math.min(useful, fitting))
  return { budgetBytes: memoryBytes, parts, maxBatches, batchBudgetBytes, isTight: fitting < useful, terms }
}

/** With one batch a part, reading would stand still while it is worked on. */
function leastBatches(parts: number): number {
  return parts * 2
}

function neededBytes(terms: readonly MemoryTerm[]): number {
  return terms.reduce((sum, { bytes }) => sum + bytes, 0)
}

function inMebibytes(bytes: number): string {
  return `${Math.ceil(bytes / mebibyte)} MiB`
}
