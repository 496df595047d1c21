import { performance } from 'node:perf_hooks'
import { toErrorData } from '@redesmyn/core'
import type { ReaderNotes } from '../../source/source-format.ts'
import { sourceFormatOf } from '../../source/source-formats.ts'
import { LoanDesk } from './loan-desk.ts'
import type { FromReader, ReadTask, ReadTimes } from './read-messages.ts'
import { readSchemaOf } from './read-schema.ts'

/** Reads one part in a reader's thread and posts its blocks. Never rejects: what went wrong is posted. */
export async function readPart(task: ReadTask, notes: ReaderNotes): Promise<void> {
  const { port } = task
  const post = (message: FromReader): void => port.postMessage(message)
  const desk = new LoanDesk(port)
  const watch = new Stopwatch(desk)
  try {
    const [format, checked] = await Promise.all([sourceFormatOf(task.format), readSchemaOf(task)])
    const blocks = format.read({
      ...task.request,
      ...checked,
      notes,
      signal: desk.signal,
      allocate: (byteLength) => desk.borrow(byteLength),
      hold: (byteLength) => desk.hold(byteLength),
      keep: (byteLength) => desk.keep(byteLength),
    })
    for await (const block of blocks) {
      post({ kind: 'block', loan: desk.loanOf(block.rows.buffer), block, spent: watch.lap() })
    }
    post({ kind: 'ended', spent: watch.lap() })
  } catch (error) {
    post({ kind: 'failed', error: toErrorData(error, 'SOURCE_FAILED') })
  } finally {
    desk.close()
  }
}

class Stopwatch {
  readonly #desk: LoanDesk
  #lapMs = performance.now()
  #waitedMs = 0

  constructor(desk: LoanDesk) {
    this.#desk = desk
  }

  /** Since the last call. */
  lap(): ReadTimes {
    const nowMs = performance.now()
    const waitMs = this.#desk.waitedMs - this.#waitedMs
    const busyMs = nowMs - this.#lapMs - waitMs
    this.#lapMs = nowMs
    this.#waitedMs += waitMs
    return { busyMs, waitMs }
  }
}
