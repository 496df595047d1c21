import { ascii } from '../text/ascii.ts'
import type { ColumnScanner } from '../text/column-scanner.ts'

/** Keys beyond so many different ones are not remembered: records that make them up cost no memory. */
const maxKeys = 1024

/** A key that records have, and what becomes of its values. */
export interface KnownKey {
  /** As it stands in the text, quotes included. */
  readonly bytes: Uint8Array
  /** Undefined for members that are not read. */
  readonly column: ColumnScanner | undefined
  /** The record that had it last: a key may come once in each. */
  record: number
  /** What followed it last: most records have the same keys in the same order. */
  next: KnownKey | undefined
}

/** The keys met so far. Finds the one at a place in the text by guessing first and looking it up then. */
export class KnownKeys {
  /** Stands before every record's first key. */
  readonly head: KnownKey = { bytes: new Uint8Array(0), column: undefined, record: 0, next: undefined }
  readonly #byText = new Map<string, KnownKey>()

  constructor(columns: readonly ColumnScanner[]) {
    for (const column of columns) this.#add(JSON.stringify(column.rules.field.name), column)
  }

  /** For each column, in order. */
  get all(): readonly KnownKey[] {
    return [...this.#byText.values()]
  }

  /** The key at `at`; undefined where none begins, or where it is written with escapes or has unusual characters. */
  find(bytes: Buffer, at: number, previous: KnownKey): KnownKey | undefined {
    const { next } = previous
    if (next !== undefined && isAt(next.bytes, bytes, at)) return next
    const found = this.#lookUp(bytes, at)
    previous.next = found
    return found
  }

  #lookUp(bytes: Buffer, at: number): KnownKey | undefined {
    if (bytes[at] !== ascii.quote) return undefined
    let end = at + 1
    while (bytes[end] !== ascii.quote) {
      if (!(bytes[end] >= ascii.space) || bytes[end] === ascii.backslash) return undefined
      end++
    }
    const text = bytes.toString('utf8', at, end + 1)
    return this.#byText.get(text) ?? this.#add(text, undefined)
  }

  #add(text: string, column: ColumnScanner | undefined): KnownKey {
    const key = { bytes: Buffer.from(text), column, record: 0, next: undefined }
    if (this.#byText.size < maxKeys) this.#byText.set(text, key)
    return key
  }
}

function isAt(key: Uint8Array, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < key.length; index++) if (key[index] !== bytes[at + index]) return false
  return true
}
