import { MessageChannel, type MessagePort } from 'node:worker_threads'
import {
  assertAgrees,
  type Between,
  between,
  type CallContext,
  type CallReject,
  type Contract,
  contractOf,
  type Credit,
  CreditWindow,
  type Guarantees,
  type Reply,
} from '@redesmyn/cascade'
import {
  type AnyStage,
  decodeStream,
  encodeStream,
  type ErrorData,
  fromErrorData,
  joinBatches,
  PipelineError,
  type RecordBatch,
  toErrorData,
} from '@redesmyn/core'

type Head = Omit<CallContext, 'signal'>
type Mail = { readonly id: number; readonly head: Head; readonly rows: Uint8Array }
type Sent = Mail | { readonly cancel: number }
type Received =
  | { readonly id: number; readonly rows: Uint8Array; readonly rejects: readonly CallReject[]; readonly tookMs: number }
  | { readonly id: number; readonly error: ErrorData }

/** A way of one's own to a stage, as somebody outside might write it: Arrow bytes in messages, put into a mailbox and taken out. */
export class MailboxBetween implements Between<'queue'> {
  readonly placement = 'queue'
  readonly guarantees: Guarantees = { delivery: 'at-most-once', order: 'none' }
  readonly #port: MessagePort
  readonly #contract: Contract
  readonly #window: CreditWindow
  readonly #pending = new Map<number, (received: Received) => void>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #abort = new AbortController()
  readonly #closing = new PipelineError('DRAINING', 'the mailbox is closed')
  #closed: Promise<void> | undefined
  #count = 0

  constructor(stage: AnyStage, maxBytes = 2 ** 26) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#contract = contractOf([stage], { version: '1', limits: { maxRows: 65_536, maxBytes } })
    this.#window = new CreditWindow(maxBytes)
    takeMail(stage, port2)
    port1.on('message', (received: Received) => this.#pending.get(received.id)?.(received))
  }

  async hello(want: Contract): Promise<Contract> {
    this.#assertOpen()
    assertAgrees(want, this.#contract)
    return this.#contract
  }

  acquire(bytes: number, signal: AbortSignal): Promise<Credit> {
    return this.#window.acquire(bytes, signal)
  }

  async call(batch: RecordBatch, context: CallContext): Promise<Reply> {
    this.#assertOpen()
    const call = this.#send(batch, context)
    this.#running.add(call)
    return await call.finally(() => this.#running.delete(call))
  }

  close(mode: 'drain' | 'abort'): Promise<void> {
    this.#window.close(this.#closing)
    if (mode === 'abort') this.#abort.abort(this.#closing)
    return (this.#closed ??= Promise.allSettled(this.#running).then(() => this.#port.close()))
  }

  async #send(batch: RecordBatch, { signal, ...head }: CallContext): Promise<Reply> {
    const id = ++this.#count
    const rows = Buffer.concat(encodeStream(batch))
    const received = await this.#answer({ id, head, rows }, AbortSignal.any([signal, this.#abort.signal]))
    if ('error' in received) throw fromErrorData(received.error)
    return {
      batch: readRows(received.rows),
      rejects: received.rejects,
      serverTimingMs: received.tookMs,
      carried: { transport: 'queue', serialisedBytes: rows.byteLength + received.rows.byteLength },
    }
  }

  #answer(sent: Mail, signal: AbortSignal): Promise<Received> {
    const { promise, settle, fail } = deferred<Received>()
    signal.throwIfAborted()
    const abort = () => {
      this.#port.postMessage({ cancel: sent.id } satisfies Sent)
      fail(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#pending.set(sent.id, settle)
    this.#port.postMessage(sent)
    return promise.finally(() => {
      signal.removeEventListener('abort', abort)
      this.#pending.delete(sent.id)
    })
  }

  #assertOpen(): void {
    if (this.#closed !== undefined) throw this.#closing
  }
}

/** The other side: what runs the stage for whoever sends it mail. */
function takeMail(stage: AnyStage, port: MessagePort): void {
  const way = between.service().open([stage])
  const running = new Map<number, AbortController>()
  port.on('message', (sent: Sent) => {
    if ('cancel' in sent) {
      running.get(sent.cancel)?.abort(new PipelineError('CLIENT_GONE', 'it was given up'))
      return
    }
    const stop = new AbortController()
    running.set(sent.id, stop)
    void answerMail(way, sent, stop.signal).then((received) => {
      running.delete(sent.id)
      port.postMessage(received)
    })
  })
}

async function answerMail(way: Between, { id, head, rows }: Mail, signal: AbortSignal): Promise<Received> {
  try {
    const { batch, rejects, serverTimingMs } = await way.call(readRows(rows), { ...head, signal })
    return { id, rows: Buffer.concat(encodeStream(batch)), rejects, tookMs: serverTimingMs }
  } catch (thrown) {
    return { id, error: toErrorData(thrown, 'INTERNAL') }
  }
}

function readRows(bytes: Uint8Array): RecordBatch {
  const { fields, batches } = decodeStream(bytes)
  return batches[0] ?? joinBatches(fields, [])
}

function deferred<Value>() {
  let settle: (value: Value) => void = () => {}
  let fail: (reason: unknown) => void = () => {}
  const promise = new Promise<Value>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  return { promise, settle, fail }
}
