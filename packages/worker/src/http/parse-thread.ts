import {
  BatchRows,
  type Field,
  fromErrorData,
  layoutBatch,
  PipelineError,
  RecordBatch,
  type StageOverride,
} from '@redesmyn/core'
import type { Piscina } from 'piscina'
import type { ParseReply, ParseTask, ParseThreadData } from './parse-task.ts'

export interface ParseThreadOptions {
  readonly appUrl: string
  readonly overrides: readonly StageOverride[]
  /** Bytes of bodies that wait for the thread or are in it; beyond them QUEUE_FULL. */
  readonly maxBytes: number
}

/** A body that became columns. */
export interface ParsedBody {
  readonly isSingle: boolean
  readonly nullRows: readonly number[] | undefined
  readonly fields: readonly Field[]
  readonly rows: BatchRows
}

/** The one thread that reads large bodies, so that they stop nobody else's. It starts with the first of them. */
export class ParseThread {
  readonly #options: ParseThreadOptions
  #pool: Promise<Piscina<ParseTask, ParseReply>> | undefined
  #bytes = 0
  #isClosed = false

  constructor(options: ParseThreadOptions) {
    this.#options = options
  }

  /**
   * Takes the ArrayBuffer of `task.bytes` away from the caller. Rejects with QUEUE_FULL, with what is wrong with the
   * body, or with EXECUTOR_LOST.
   */
  async parse(task: ParseTask): Promise<ParsedBody> {
    const { byteLength } = task.bytes
    this.#admit(byteLength)
    this.#bytes += byteLength
    try {
      return toParsedBody(await this.#run(task))
    } finally {
      this.#bytes -= byteLength
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await (await this.#pool)?.destroy()
  }

  #admit(byteLength: number): void {
    if (this.#isClosed) throw new PipelineError('DRAINING', 'gracefully shutting down')
    const { maxBytes } = this.#options
    if (this.#bytes === 0 || this.#bytes + byteLength <= maxBytes) return
    throw new PipelineError(
      'QUEUE_FULL',
      `no room for a body of ${byteLength} bytes: ${this.#bytes} of ${maxBytes} bytes are being parsed`,
    )
  }

  async #run(task: ParseTask): Promise<ParseReply> {
    this.#pool ??= openPool(this.#options)
    const pool = await this.#pool
    try {
      return await pool.run(task, { transferList: [task.bytes.buffer] })
    } catch (cause) {
      throw new PipelineError('EXECUTOR_LOST', 'the thread that parsed the body ended', { cause })
    }
  }
}

async function openPool({ appUrl, overrides }: ParseThreadOptions): Promise<Piscina<ParseTask, ParseReply>> {
  // Not with this module: every thread imports it with its app.
  const { Piscina: Pool } = await import('piscina')
  const workerData: ParseThreadData = { appUrl, overrides }
  return new Pool({
    filename: import.meta.resolve('#parse-entry'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'async',
    workerData,
  })
}

function toParsedBody(reply: ParseReply): ParsedBody {
  if (reply.kind === 'failed') throw fromErrorData(reply.error)
  const { isSingle, nullRows, fields, capacity, buffer, rowCount } = reply
  const batch = new RecordBatch(layoutBatch(fields, capacity), buffer, rowCount)
  return { isSingle, nullRows, fields, rows: new BatchRows(batch) }
}
