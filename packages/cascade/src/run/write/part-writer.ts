import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { fromErrorData, PipelineError, type RecordBatch } from '@redesmyn/core'
import type { FileThreads } from '../execute/file-threads.ts'
import type { PartSink } from './part-sink.ts'
import { ReaderGone } from './reader-gone.ts'
import type { FromWriter, RejectedRecord, SentBatch, ToWriter, WriteTask, WrittenPart } from './write-messages.ts'

type DoneOrFinished = Extract<FromWriter, { readonly busyMs: number }>

interface Answer {
  resolve(message: DoneOrFinished): void
  reject(reason: unknown): void
}

/** Has one part's files written by a thread. */
export class PartWriter implements PartSink {
  readonly #port: MessagePort
  readonly #ran: Promise<void>
  readonly #onBusy: (ms: number) => void
  /** In the order of the messages, which is that of the answers. */
  readonly #answers: Answer[] = []
  #failure: unknown

  /** `onBusy`: milliseconds of the thread's work, as they are told. */
  constructor(threads: FileThreads, task: Omit<WriteTask, 'port'>, onBusy: (ms: number) => void) {
    this.#onBusy = onBusy
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.on('message', (message: FromWriter) => this.#receive(message))
    this.#ran = threads.run({ ...task, port: port2 }, { transferList: [port2] })
    this.#ran.catch((cause: unknown) => {
      this.#failure = new PipelineError('SINK_FAILED', 'the thread that wrote a part has ended', { cause })
      for (const answer of this.#answers.splice(0)) answer.reject(this.#failure)
    })
  }

  async write(batch: RecordBatch): Promise<void> {
    await this.#ask({ kind: 'write', rows: sent(batch) })
  }

  async reject(batch: RecordBatch, rejects: readonly RejectedRecord[]): Promise<void> {
    await this.#ask({ kind: 'reject', rows: sent(batch), rejects })
  }

  async finish(): Promise<WrittenPart> {
    const answer = await this.#ask({ kind: 'finish' })
    await this.#end()
    if (answer.kind === 'finished') return answer.written
    throw new PipelineError('INTERNAL', `a writer answered "finish" with "${answer.kind}"`)
  }

  async abort(): Promise<void> {
    await this.#ask({ kind: 'abort' }).catch(() => undefined)
    await this.#end()
  }

  async #end(): Promise<void> {
    this.#port.close()
    await this.#ran.catch(() => undefined)
  }

  #ask(message: ToWriter): Promise<DoneOrFinished> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#answers.push({ resolve, reject })
      this.#port.postMessage(message)
    })
  }

  #receive(message: FromWriter): void {
    const answer = this.#answers.shift()
    if (message.kind === 'failed') return answer?.reject(fromErrorData(message.error))
    if (message.kind === 'gone') return answer?.reject(new ReaderGone())
    this.#onBusy(message.busyMs)
    answer?.resolve(message)
  }
}

function sent({ layout, buffer, rowCount }: RecordBatch): SentBatch {
  return { layout, buffer, rowCount }
}
