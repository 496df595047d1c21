import { performance } from 'node:perf_hooks'
import { once } from 'node:events'
import { RecordBatch, toErrorData } from '@redesmyn/core'
import type { FileWriter } from '../../sink/sink-format.ts'
import { isBrokenPipe } from '../../sink/text/output/stdout-target.ts'
import { sinkFormatOf } from '../../sink/sink-formats.ts'
import { RejectFile } from './reject-file.ts'
import type { FromWriter, SentBatch, ToWriter, WriteTask, WrittenPart } from './write-messages.ts'

/** Writes one part's files in a writer's thread, message by message. Never rejects: what went wrong is posted. */
export async function writePart(task: WriteTask): Promise<void> {
  const files = new PartFiles(task)
  const answers = new AnswerQueue(task, files)
  await once(task.port, 'close')
  await answers.settled
  await files.abort()
}

/** Takes one message after the other: a file is written in the order in which its rows came. */
class AnswerQueue {
  settled: Promise<void> = Promise.resolve()

  constructor({ port }: WriteTask, files: PartFiles) {
    const post = (message: FromWriter): void => port.postMessage(message)
    port.on('message', (message: ToWriter) => {
      this.settled = this.settled.then(async () => {
        try {
          post(await files.take(message))
        } catch (error) {
          post(isBrokenPipe(error) ? { kind: 'gone' } : { kind: 'failed', error: toErrorData(error, 'SINK_FAILED') })
        }
      })
    })
  }
}

/** The files of one part: rows and rejects, each opened when it gets its first. */
class PartFiles {
  readonly #task: WriteTask
  #output: FileWriter | undefined
  #rejects: RejectFile | undefined

  constructor(task: WriteTask) {
    this.#task = task
  }

  async take(message: ToWriter): Promise<FromWriter> {
    const begunMs = performance.now()
    switch (message.kind) {
      case 'write':
        await this.#write(message.rows)
        return done(begunMs)
      case 'reject':
        this.#rejects ??= await RejectFile.open(this.#task)
        await this.#rejects.write(batchOf(message.rows), message.rejects)
        return done(begunMs)
      case 'finish':
        return { kind: 'finished', written: await this.#finish(), busyMs: performance.now() - begunMs }
      case 'abort':
        await this.abort()
        return done(begunMs)
    }
  }

  /** Removes what was not finished. */
  async abort(): Promise<void> {
    const open = [this.#output, this.#rejects]
    this.#output = undefined
    this.#rejects = undefined
    for (const file of open) await file?.abort()
  }

  async #write(rows: SentBatch): Promise<void> {
    this.#output ??= await this.#open()
    await this.#output.write(batchOf(rows))
  }

  async #open(): Promise<FileWriter> {
    const { format, path, fields, options } = this.#task
    const sink = await sinkFormatOf(format)
    return await sink.open(path, fields, options)
  }

  async #finish(): Promise<WrittenPart> {
    if (this.#task.opensAlways) this.#output ??= await this.#open()
    const output = await this.#output?.finish()
    this.#output = undefined
    const rejects = await this.#rejects?.finish()
    this.#rejects = undefined
    return { output, rejects }
  }
}

function done(begunMs: number): FromWriter {
  return { kind: 'done', busyMs: performance.now() - begunMs }
}

function batchOf({ layout, buffer, rowCount }: SentBatch): RecordBatch {
  return new RecordBatch(layout, buffer, rowCount)
}
