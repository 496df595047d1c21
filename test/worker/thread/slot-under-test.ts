import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import {
  defaultCapacity,
  fingerprintFields,
  fromErrorData,
  inferFields,
  layoutBatch,
  RecordBatch,
} from '@redesmyn/core'
import { Piscina } from 'piscina'
import type { BundledApp } from '../../../packages/worker/dist/app/bundle-app.js'
import { bundleOnce } from '../../apps/bundle-once.ts'
import { loadApp } from '../../../packages/worker/dist/app/load-app.js'
import { threadControlBytes } from '../../../packages/worker/dist/interop/native-guard.js'
import { Slab } from '../../../packages/worker/dist/memory/slab.js'
import { SlabPool } from '../../../packages/worker/dist/memory/slab-pool.js'
import { observedBytes } from '../../../packages/worker/dist/observe/observed-memory.js'
import { copyCountsBytes, readCopyCounts } from '../../../packages/worker/dist/thread/copy-counts.js'
import { MainLink } from '../../../packages/worker/dist/thread/main-link.js'
import type {
  BatchFacts,
  BatchReply,
  SlabShape,
  SlotAnswer,
  SlotTask,
} from '../../../packages/worker/dist/thread/protocol.js'
import { ringBytes } from '../../../packages/worker/dist/thread/ring.js'

type Row = Readonly<Record<string, unknown>>

export interface RunOptions {
  readonly facts?: Partial<BatchFacts>
  readonly deadlineMs?: number
  readonly outputColumnBytes?: number
}

export interface RanBatch {
  readonly reply: BatchReply
  /** The outputs, from the slab or spilled; none after a failure. */
  readonly rows: readonly Row[]
  readonly slab: Slab
  /** Bytes copied for this batch, by reason, those of 0 left out. */
  readonly copied: Readonly<Record<string, number>>
}

/** An app beside the tests of this folder. */
export function bundleTestApp(name: string, from: string): Promise<BundledApp> {
  return bundleOnce(fileURLToPath(new URL(`./apps/${name}`, from)))
}

/** A real thread with one stage of an app, and the main thread's side of its ring. */
export class SlotUnderTest {
  readonly #piscina: Piscina<SlotTask, SlotAnswer>
  readonly #link: MainLink
  readonly #pool = new SlabPool({ maxBytes: 1 << 30, poison: 'on-release' })
  readonly #output: SlabShape['output']
  readonly #input: SlabShape['input'] | undefined
  readonly #copies: SharedArrayBuffer
  readonly #known = new Set<number>()
  /** The word that says who may end the thread. */
  readonly control: SharedArrayBuffer
  /** Resolves when the thread has ended, whoever ended it. */
  readonly ended: Promise<void>
  readonly #awake: Int32Array
  #wake: () => void = () => undefined

  private constructor(parts: {
    piscina: Piscina<SlotTask, SlotAnswer>
    copies: SharedArrayBuffer
    control: SharedArrayBuffer
    input: SlabShape['input'] | undefined
    output: SlabShape['output']
  }) {
    this.#piscina = parts.piscina
    this.#copies = parts.copies
    this.control = parts.control
    this.ended = new Promise((resolve) => void parts.piscina.threads[0]?.once('exit', () => resolve()))
    this.#input = parts.input
    this.#output = parts.output
    const { port1, port2 } = new MessageChannel()
    const ring = new SharedArrayBuffer(ringBytes(16))
    const awake = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)
    this.#awake = new Int32Array(awake)
    this.#link = new MainLink({ port: port1, ring, awake, onWake: () => this.#wake() })
    const serve: SlotTask = { kind: 'serve', port: port2, ring, awake, concurrency: 1 }
    parts.piscina.run(serve, { transferList: [port2] }).catch(() => this.#wake())
  }

  static async start(app: Promise<BundledApp>, stageName: string): Promise<SlotUnderTest> {
    const { url, folder } = await app
    const stage = (await loadApp(url)).stages.get(stageName)
    const copies = new SharedArrayBuffer(copyCountsBytes)
    const control = new SharedArrayBuffer(threadControlBytes)
    const piscina = new Piscina<SlotTask, SlotAnswer>({
      filename: new URL('../../../packages/worker/dist/thread/entry.js', import.meta.url).href,
      workerData: {
        appUrl: url,
        appFolder: folder,
        stageName,
        endpointPath: undefined,
        slot: 1,
        control,
        copies,
        observed: new SharedArrayBuffer(observedBytes),
        checkWrites: false,
        logLevel: 'silent',
        logFormat: 'json',
        logFile: undefined,
      },
      minThreads: 0,
      maxThreads: 1,
      concurrentTasksPerWorker: 16,
      idleTimeout: Number.POSITIVE_INFINITY,
      atomics: 'async',
    })
    const answer = await piscina.run({ kind: 'start' })
    if (answer.kind === 'start-failed') {
      await piscina.destroy()
      throw fromErrorData(answer.error)
    }
    return new SlotUnderTest({ piscina, copies, control, input: stage?.input?.fields, output: stage?.output?.fields })
  }

  /** Writes the rows into a slab, offers it, and waits for the thread's reply. */
  async run(rows: readonly Row[], options: RunOptions = {}): Promise<RanBatch> {
    const slab = this.#open(rows, options)
    for (const row of rows) if (!slab.writer.append(row)) throw new Error('a row has no room')
    return this.offer(slab, rows.length, options)
  }

  #open(rows: readonly Row[], { outputColumnBytes }: RunOptions): Slab {
    const input = this.#input ?? inferFields(rows)
    const output = this.#output
    const slab = this.#pool.open(
      {
        input,
        inputCapacity: defaultCapacity(input, rows.length + 1),
        output,
        outputCapacity: output && defaultCapacity(output, rows.length + 1, outputColumnBytes),
      },
      `${fingerprintFields(input)} ${rows.length} ${outputColumnBytes ?? ''}`,
    )
    if (slab === undefined) throw new Error('there is no memory')
    return slab
  }

  async offer(slab: Slab, rowCount: number, { facts, deadlineMs = 1000 }: RunOptions = {}): Promise<RanBatch> {
    const before = readCopyCounts([this.#copies])
    const text = JSON.stringify({ ids: Array.from({ length: rowCount }, (_, row) => `id-${row}`).join('\n'), ...facts })
    slab.writeFacts(text, new TextEncoder())
    slab.offer(rowCount, deadlineMs)
    this.#link.send(slab.id, slab.generation, this.#noteFor(slab))
    const reply = await this.#nextReply()
    const after = readCopyCounts([this.#copies])
    const changed = [...after].map(([reason, bytes]) => [reason, bytes - (before.get(reason) ?? 0)] as const)
    const copied = Object.fromEntries(changed.filter(([, bytes]) => bytes > 0))
    return { reply, rows: rowsOf(reply, slab, rowCount), slab, copied }
  }

  /** Nobody waits for the batch any more that the thread has. */
  giveUp(slab: Slab): void {
    slab.header.isGivenUp = true
    this.#link.tellGivenUp()
  }

  /** An empty slab with room for so many rows, to be filled by the test itself. */
  openSlab(rowCount: number): Slab {
    const rows = { length: rowCount } as ArrayLike<Row> as readonly Row[]
    return this.#open(rows, {})
  }

  async stop(): Promise<void> {
    this.#link.close()
    await this.#piscina.destroy()
  }

  #noteFor(slab: Slab) {
    if (this.#known.has(slab.id)) return undefined
    this.#known.add(slab.id)
    const introductions = [{ slab: slab.id, buffer: slab.buffer, shape: slab.shape }]
    return { introductions, source: undefined, forget: [], facts: undefined }
  }

  async #nextReply(): Promise<BatchReply> {
    for (;;) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      // Asks for a message at the next end: see ring.ts.
      Atomics.store(this.#awake, 0, 0)
      const ended = this.#link.nextEnded()
      if (ended !== undefined) return ended.reply
      await woken
    }
  }
}

function rowsOf(reply: BatchReply, slab: Slab, rowCount: number): readonly Row[] {
  if (reply.kind !== 'done') return []
  const { spilled } = reply
  if (spilled === undefined) return slab.output(rowCount)?.rows() ?? []
  return new RecordBatch(layoutBatch(spilled.fields, spilled.capacity), spilled.buffer, rowCount).rows()
}
