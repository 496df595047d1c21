import { decodeFooter, type MessagePlace } from '@redesmyn/core'
import type { OpenFile } from '../open-file.ts'
import { readExactly } from '../read-exactly.ts'
import { sourceFailure } from '../source-failure.ts'
import { arrowMagic, isArrowFile } from './arrow-magic.ts'
import { messageHeadBytes } from './message-head.ts'
import { type LocatedMessage, readMessageAt } from './read-message-at.ts'

/** Where the messages of a file are. */
export interface ArrowIndex {
  readonly schema: MessagePlace
  readonly batches: readonly IndexedBatch[]
}

export interface IndexedBatch {
  readonly rowCount: number
  readonly place: MessagePlace
  /** Of the dictionaries that its columns may use: for each id the last before the batch. */
  readonly dictionaries: readonly MessagePlace[]
}

/** The magic, padded to a multiple of 8. */
const headBytes = 8
/** The length of the footer, and the magic. */
const tailBytes = 10

/** Of a file in the file format or in the stream format, by its first bytes. Throws SOURCE_FAILED or BODY_MALFORMED. */
export async function indexArrow(file: OpenFile): Promise<ArrowIndex> {
  const head = new Uint8Array(Math.min(headBytes, file.byteLength))
  await readExactly(file, head, 0)
  return isArrowFile(head) ? await indexFile(file) : await indexStream(file)
}

async function indexFile(file: OpenFile): Promise<ArrowIndex> {
  const schema = await readSchemaAt(file, headBytes)
  const footer = decodeFooter(await readFooterBytes(file))
  const dictionaries = await readAll(file, footer.dictionaries)
  const batches = await readAll(file, footer.batches)
  const latest = latestOf(dictionaries).map(({ place }) => place)
  return { schema, batches: batches.flatMap((message) => indexBatch(message, latest) ?? []) }
}

async function indexStream(file: OpenFile): Promise<ArrowIndex> {
  const schema = await readSchemaAt(file, 0)
  const batches: IndexedBatch[] = []
  let dictionaries: readonly LocatedMessage[] = []
  let latest: readonly MessagePlace[] = []
  let offset = schema.byteLength
  for (;;) {
    const message = await readMessageAt(file, offset)
    if (message === undefined || message.facts.kind === 'schema') {
      assertEndsAt(file, message === undefined ? offset + messageHeadBytes : offset)
      return { schema, batches }
    }
    offset += message.place.byteLength
    if (message.facts.kind === 'dictionary') {
      dictionaries = latestOf([...dictionaries, message])
      latest = dictionaries.map(({ place }) => place)
    }
    const batch = indexBatch(message, latest)
    if (batch !== undefined) batches.push(batch)
  }
}

/** Behind one stream another may stand, whose rows nobody may leave out without a word. */
function assertEndsAt({ path, byteLength }: OpenFile, end: number): void {
  if (byteLength <= end) return
  throw sourceFailure(path, `expected the end of the Arrow stream at byte ${end}, got ${byteLength - end} bytes more`)
}

async function readSchemaAt(file: OpenFile, offset: number): Promise<MessagePlace> {
  const message = await readMessageAt(file, offset)
  if (message?.facts.kind === 'schema') return message.place
  throw sourceFailure(file.path, `expected an Arrow schema at byte ${offset}`)
}

async function readFooterBytes(file: OpenFile): Promise<Uint8Array> {
  const { path, byteLength } = file
  const tail = new Uint8Array(tailBytes)
  if (byteLength < headBytes + tailBytes) throw sourceFailure(path, `expected an Arrow file, got ${byteLength} bytes`)
  await readExactly(file, tail, byteLength - tailBytes)
  const ending = new TextDecoder('latin1').decode(tail.subarray(4))
  if (ending !== arrowMagic) {
    throw sourceFailure(path, `expected "${arrowMagic}" at the end of an Arrow file, got ${JSON.stringify(ending)}`)
  }
  const footerLength = new DataView(tail.buffer).getInt32(0, true)
  const start = byteLength - tailBytes - footerLength
  if (footerLength < 0 || start < headBytes) {
    throw sourceFailure(path, `expected a footer of ${footerLength} bytes, got a file of ${byteLength}`)
  }
  const footer = new Uint8Array(footerLength)
  await readExactly(file, footer, start)
  return footer
}

async function readAll(file: OpenFile, places: readonly MessagePlace[]): Promise<readonly LocatedMessage[]> {
  const messages: LocatedMessage[] = []
  for (const { offset } of places) {
    const message = offset >= headBytes ? await readMessageAt(file, offset) : undefined
    if (message === undefined) throw sourceFailure(file.path, `expected an Arrow message at byte ${offset}`)
    messages.push(message)
  }
  return messages
}

function indexBatch({ facts, place }: LocatedMessage, dictionaries: readonly MessagePlace[]): IndexedBatch | undefined {
  return facts.kind === 'batch' ? { rowCount: facts.rowCount, place, dictionaries } : undefined
}

/** For each id the last. */
function latestOf(dictionaries: readonly LocatedMessage[]): readonly LocatedMessage[] {
  const byId = new Map<number, LocatedMessage>()
  for (const message of dictionaries) if (message.facts.kind === 'dictionary') byId.set(message.facts.id, message)
  return [...byId.values()]
}
