import { Piscina } from 'piscina'
import type { FileTask } from './file-entry.ts'

/** The threads that read and write files. */
export type FileThreads = Piscina<FileTask, void>

/**
 * As many threads as there may be parts in work. A part is read and written at the same time: each thread has two tasks,
 * so that no part waits for another one's end.
 */
export function openFileThreads(partCount: number): FileThreads {
  return new Piscina<FileTask, void>({
    filename: import.meta.resolve('#file-entry'),
    minThreads: partCount,
    maxThreads: partCount,
    concurrentTasksPerWorker: 2,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'async',
    recordTiming: false,
  })
}
