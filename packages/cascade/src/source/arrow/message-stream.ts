import { describeMessage, type MessageFacts } from '@redesmyn/core'
import { ByteReader } from '../input/byte-reader.ts'
import { sourceFailure, toSourceFailure } from '../source-failure.ts'
import { messageHeadBytes, metadataLengthOf } from './message-head.ts'
import { strayBeginning, tellBytes } from './stray-beginning.ts'

/** A whole message, marker and length included. */
export interface StreamedMessage {
  readonly facts: MessageFacts
  readonly bytes: Uint8Array
}

/** Far more than any schema takes; so many bytes are read before it is known what they say. */
const maxMetadataBytes = 64 * 2 ** 20
/** About what one piece of memory may have in Node 20. */
const maxMessageBytes = 2 ** 32 - 2 ** 16

/** Messages of an Arrow stream in the order in which they come, one in memory at a time. */
export class MessageStream {
  readonly #path: string
  readonly #reader: ByteReader
  readonly #makeRoom: (byteLength: number) => Promise<void>

  /** `makeRoom` is awaited before the body of a message is read, with the bytes of the whole message. */
  constructor(
    path: string,
    chunks: AsyncGenerator<Uint8Array>,
    makeRoom: (byteLength: number) => Promise<void> = async () => undefined,
  ) {
    this.#path = path
    this.#reader = new ByteReader(chunks)
    this.#makeRoom = makeRoom
  }

  /** The message that every stream begins with. Throws SOURCE_FAILED, and CONFIG_INVALID for an Arrow file. */
  async readSchema(): Promise<StreamedMessage> {
    const head = new Uint8Array(messageHeadBytes)
    const filled = await this.#reader.readInto(head)
    if (filled === 0) throw sourceFailure(this.#path, 'expected an Arrow stream, got no bytes')
    const metadataLength = filled < head.byteLength ? undefined : metadataLengthOf(head)
    if (metadataLength === undefined) throw strayBeginning(this.#path, head.subarray(0, filled))
    const message = metadataLength === 0 ? undefined : await this.#readMessage(head, metadataLength)
    if (message?.facts.kind === 'schema') return message
    throw sourceFailure(this.#path, `expected an Arrow schema first, got ${message?.facts.kind ?? 'an end mark'}`)
  }

  /**
   * The next one behind the schema. Undefined at the end mark, and where nothing more comes, as some writers leave the mark
   * out. Throws SOURCE_FAILED for what is no message, one that is cut short, and what stands behind the end.
   */
  async next(): Promise<StreamedMessage | undefined> {
    const { offset } = this.#reader
    const head = new Uint8Array(messageHeadBytes)
    const filled = await this.#reader.readInto(head)
    if (filled === 0) return undefined
    if (filled < head.byteLength) throw this.#cutShort(offset, head.byteLength)
    const metadataLength = metadataLengthOf(head)
    if (metadataLength === 0) return await this.#end()
    if (metadataLength === undefined) throw this.#failure(`expected an Arrow message, got ${tellBytes(head)}`, offset)
    const message = await this.#readMessage(head, metadataLength)
    if (message.facts.kind === 'schema') throw this.#failure(onlyOneStream, offset)
    return message
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }

  async #readMessage(head: Uint8Array, metadataLength: number): Promise<StreamedMessage> {
    const offset = this.#reader.offset - messageHeadBytes
    if (metadataLength > maxMetadataBytes) {
      throw this.#failure(`expected metadata of at most ${maxMetadataBytes} bytes, got ${metadataLength}`, offset)
    }
    const start = new Uint8Array(messageHeadBytes + metadataLength)
    start.set(head)
    const metadata = start.subarray(messageHeadBytes)
    if ((await this.#reader.readInto(metadata)) < metadataLength) throw this.#cutShort(offset, start.byteLength)
    const facts = this.#describe(metadata)
    const byteLength = start.byteLength + facts.bodyLength
    if (byteLength > maxMessageBytes) {
      throw this.#failure(
        `expected messages of less than 4 GiB, got one of ${byteLength}: write smaller batches`,
        offset,
      )
    }
    await this.#makeRoom(byteLength)
    // Memory that is not written to costs nothing, whatever length the bytes claim.
    const bytes = new Uint8Array(byteLength)
    bytes.set(start)
    const filled = await this.#reader.readInto(bytes.subarray(start.byteLength))
    if (filled < facts.bodyLength) throw this.#cutShort(offset, byteLength)
    return { facts, bytes }
  }

  #describe(metadata: Uint8Array): MessageFacts {
    try {
      return describeMessage(metadata)
    } catch (error) {
      throw toSourceFailure(this.#path, error)
    }
  }

  async #end(): Promise<undefined> {
    const { offset } = this.#reader
    if (!(await this.#reader.hasEnded())) throw this.#failure(onlyOneStream, offset)
  }

  #cutShort(offset: number, byteLength: number): Error {
    const end = this.#reader.offset
    return this.#failure(
      `expected a message of ${byteLength} bytes, got ${end - offset}: the stream was cut short`,
      offset,
    )
  }

  #failure(reason: string, offset: number): Error {
    return sourceFailure(this.#path, `at byte ${offset} ${reason}`)
  }
}

const onlyOneStream =
  'expected the end of the input behind one Arrow stream, got more: join the streams before, or name them as files'
