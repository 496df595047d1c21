import { describeStream, type Field, type RecordBatch } from '@redesmyn/core'
import { cutBlocks } from '../blocks/cut-blocks.ts'
import type { HeldBatch } from '../blocks/held-batch.ts'
import { byteChunks } from '../input/byte-chunks.ts'
import type { ReadBlock, ReadRequest } from '../source-format.ts'
import { BatchDecoder, guardSource } from './batch-decoder.ts'
import { gatherBatches } from './gather-batches.ts'
import { holdBatch } from './hold-batch.ts'
import { KeptBytes } from './kept-bytes.ts'
import { MessageStream, type StreamedMessage } from './message-stream.ts'

/**
 * Reads a stream that has no known length and cannot be gone back in: message by message, no further than its rows are
 * taken. Throws SOURCE_FAILED, SCHEMA_MISMATCH, and CONFIG_INVALID for what can be read only as a file.
 */
export async function* readArrowStream(request: ReadRequest): AsyncGenerator<ReadBlock> {
  const { path, schema, signal, batchRows } = request
  const kept = new KeptBytes(request.keep)
  const chunks = byteChunks(path, 0, signal)
  const messages = new MessageStream(path, chunks, async (byteLength) => await kept.add(byteLength))
  try {
    const head = await messages.readSchema()
    const columns = guardSource(path, () => describeStream(head.bytes, schema.fields))
    const batches = new StreamedBatches(path, schema.fields, kept)
    const hold = (batch: RecordBatch): HeldBatch => batches.hold(batch)
    yield* cutBlocks(request, columns, gatherBatches(batches.read(head, messages), { batchRows, hold }))
  } finally {
    await messages.close()
  }
}

/** Record batches as they come, and account of the memory that they and their dictionaries keep. */
class StreamedBatches {
  readonly #decoder: BatchDecoder
  readonly #kept: KeptBytes
  readonly #dictionaryBytes = new Map<number, number>()

  constructor(path: string, fields: readonly Field[], kept: KeptBytes) {
    this.#decoder = new BatchDecoder(path, fields)
    this.#kept = kept
  }

  async *read(schema: StreamedMessage, messages: MessageStream): AsyncGenerator<HeldBatch> {
    this.#take(schema)
    for (;;) {
      const held = await this.#next(messages)
      if (held === undefined) return
      yield held
    }
  }

  /** Counts it until it is released. */
  hold(batch: RecordBatch): HeldBatch {
    const { byteLength } = batch.buffer
    this.#kept.change(byteLength)
    return holdBatch(batch, () => this.#kept.change(-byteLength))
  }

  /** Nobody here knows a message any longer than this takes: the next one may be as large. */
  async #next(messages: MessageStream): Promise<HeldBatch | undefined> {
    for (;;) {
      // What was released since must not be counted while the stream is waited for.
      await this.#kept.tell()
      const message = await messages.next()
      if (message === undefined) return undefined
      const held = this.#take(message)
      if (held !== undefined) return held
    }
  }

  /** A message was counted when it was read; from here on what counts is what is kept of it. */
  #take({ facts, bytes }: StreamedMessage): HeldBatch | undefined {
    const batch = this.#decoder.decode(bytes)
    this.#kept.change(-bytes.byteLength)
    if (facts.kind === 'dictionary' && this.#decoder.keepsDictionary(facts.id)) {
      this.#kept.change(bytes.byteLength - (this.#dictionaryBytes.get(facts.id) ?? 0))
      this.#dictionaryBytes.set(facts.id, bytes.byteLength)
    }
    return batch === undefined ? undefined : this.hold(batch)
  }
}
