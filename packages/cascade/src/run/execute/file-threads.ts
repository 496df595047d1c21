import { Piscina } from 'piscina'
import type { ReadTask } from '../read/read-messages.ts'
import type { WriteTask } from '../write/write-messages.ts'

/** The threads that read and write files: as many of each as there may be parts in work, and each has one part at a time. */
export class FileThreads {
  readonly readers: Piscina<ReadTask, void>
  readonly writers: Piscina<WriteTask, void>

  constructor(count: number) {
    this.readers = openThreads(count, '../read/reader-entry.js')
    this.writers = openThreads(count, '../write/writer-entry.js')
  }

  async close(): Promise<void> {
    await Promise.all([this.readers.destroy(), this.writers.destroy()])
  }
}

function openThreads<Task>(count: number, entry: string): Piscina<Task, void> {
  return new Piscina<Task, void>({
    filename: new URL(entry, import.meta.url).href,
    minThreads: count,
    maxThreads: count,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'async',
    recordTiming: false,
  })
}
