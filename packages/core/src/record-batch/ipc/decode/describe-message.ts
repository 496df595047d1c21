import { messageHeader } from '../arrow-format.ts'
import { FlatTable } from './flat-table.ts'
import { guardDecoding, malformed } from './malformed.ts'

/** What a message says of itself before its body. */
export type MessageFacts =
  | { readonly kind: 'schema'; readonly bodyLength: number }
  | { readonly kind: 'dictionary'; readonly bodyLength: number; readonly id: number }
  | { readonly kind: 'batch'; readonly bodyLength: number; readonly rowCount: number }

/** Where a message begins in an Arrow file, and how long it is: marker and length, metadata, body. */
export interface MessagePlace {
  readonly offset: number
  readonly byteLength: number
}

/** Reads the metadata of one message, without marker and length. Throws BODY_MALFORMED. */
export function describeMessage(metadata: Uint8Array): MessageFacts {
  return guardDecoding(() => {
    const table = FlatTable.root(metadata)
    const header = table.table(2)
    if (header === undefined) throw malformed('a message has no header')
    const bodyLength = table.int64(3)
    if (bodyLength < 0) throw malformed(`it has a body of ${bodyLength} bytes`)
    switch (table.int8(1)) {
      case messageHeader.schema:
        return { kind: 'schema', bodyLength }
      case messageHeader.dictionaryBatch:
        return { kind: 'dictionary', bodyLength, id: header.int64(0) }
      case messageHeader.recordBatch:
        return { kind: 'batch', bodyLength, rowCount: header.int64(0) }
      default:
        throw malformed(`it has a message of kind ${table.int8(1)}`)
    }
  })
}

/** Table Footer of an Arrow file: version, schema, dictionaries, record batches. Throws BODY_MALFORMED. */
export function decodeFooter(bytes: Uint8Array): {
  readonly dictionaries: readonly MessagePlace[]
  readonly batches: readonly MessagePlace[]
} {
  return guardDecoding(() => {
    const table = FlatTable.root(bytes)
    return { dictionaries: placesOf(table, 2), batches: placesOf(table, 3) }
  })
}

function placesOf(table: FlatTable, slot: number): MessagePlace[] {
  return table.blocks(slot).map(([offset, metadataLength, bodyLength]) => {
    return { offset, byteLength: metadataLength + bodyLength }
  })
}
