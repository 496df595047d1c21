import type { Transferable } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { FileTask } from './file-entry.ts'

/** The threads that read and write files. */
export class FileThreads {
  readonly #threads: readonly FileThread[]

  /**
   * As many as there may be parts in work. A part is read and written at the same time: each thread has two tasks, so that
   * no part waits for another one's end.
   */
  constructor(partCount: number) {
    this.#threads = Array.from({ length: partCount }, () => new FileThread())
  }

  /** Resolves at the task's end; rejects where its thread was lost. What is in `transferList` goes to the thread. */
  async run(task: FileTask, transferList: readonly Transferable[]): Promise<void> {
    await this.#freest(task.kind).run(task, transferList)
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()))
  }

  /**
   * Each thread reads a part and writes another. Left to a pool that looks at how many tasks a thread has, one thread would
   * read all parts, which may be most of the work, and one write them.
   */
  #freest(kind: FileTask['kind']): FileThread {
    return this.#threads.reduce((best, thread) => (thread.load(kind) < best.load(kind) ? thread : best))
  }
}

/** A pool of one: only so can be said which thread a task goes to. */
class FileThread {
  readonly #pool = new Piscina<FileTask, void>({
    filename: import.meta.resolve('#file-entry'),
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: 2,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'async',
    recordTiming: false,
  })
  readonly #tasks = { read: 0, write: 0 }

  /** By tasks of this kind; those of the other one, of which there are at most two, decide between equals. */
  load(kind: FileTask['kind']): number {
    const { read, write } = this.#tasks
    return kind === 'read' ? read + write / 4 : write + read / 4
  }

  async run(task: FileTask, transferList: readonly Transferable[]): Promise<void> {
    this.#tasks[task.kind]++
    try {
      await this.#pool.run(task, { transferList: [...transferList] })
    } finally {
      this.#tasks[task.kind]--
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy()
  }
}
