/**
 * The first 64 bytes of a slab. Word 0 is the state and its generation in one, so that a single compare-and-swap
 * decides who owns the rows even when a message about an earlier use of the slab arrives late. The other words are
 * written by one side while it owns the slab and read by the other after the hand-over.
 */
export const slabHeaderBytes = 64

export const slabState = { open: 0, ready: 1, taken: 2, revoked: 3 } as const
export type SlabState = (typeof slabState)[keyof typeof slabState]

/** Where the rows of a batch are: in its own slab, or with an earlier stage. */
export const sourceKind = { own: 0, input: 1, output: 2, spilled: 3 } as const
export type SourceKind = (typeof sourceKind)[keyof typeof sourceKind]

const stateBits = 2
const generationMask = 0x1fffffff

const rowCountWord = 1
const factsBytesWord = 2
const deadlineMsFloat = 2
const handlerMsFloat = 3
const sourceKindWord = 8
const sourceSlabWord = 9
const sourceRowWord = 10

/** The header of one slab, as either side sees it. */
export class SlabHeader {
  readonly #words: Int32Array
  readonly #floats: Float64Array

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer, 0, slabHeaderBytes / Int32Array.BYTES_PER_ELEMENT)
    this.#floats = new Float64Array(buffer, 0, slabHeaderBytes / Float64Array.BYTES_PER_ELEMENT)
  }

  get state(): SlabState {
    return (Atomics.load(this.#words, 0) & 3) as SlabState
  }

  /** Marks the slab for its next owner. Only the front end's side calls this, while no thread may take the slab. */
  set(generation: number, state: SlabState): void {
    Atomics.store(this.#words, 0, packState(generation, state))
  }

  /** One compare-and-swap: false when the slab has another generation or is not in state `from`. */
  move(generation: number, from: SlabState, to: SlabState): boolean {
    const expected = packState(generation, from)
    return Atomics.compareExchange(this.#words, 0, expected, packState(generation, to)) === expected
  }

  get rowCount(): number {
    return this.#words[rowCountWord]
  }

  set rowCount(rows: number) {
    this.#words[rowCountWord] = rows
  }

  /** Length of the facts' text; 0 where request numbers stand in its place, or a note brings it. */
  get factsBytes(): number {
    return this.#words[factsBytesWord]
  }

  set factsBytes(bytes: number) {
    this.#words[factsBytesWord] = bytes
  }

  get sourceKind(): SourceKind {
    return this.#words[sourceKindWord] as SourceKind
  }

  set sourceKind(kind: SourceKind) {
    this.#words[sourceKindWord] = kind
  }

  /** Number of the slab that holds the rows, where that is not this one. */
  get sourceSlab(): number {
    return this.#words[sourceSlabWord]
  }

  set sourceSlab(slab: number) {
    this.#words[sourceSlabWord] = slab
  }

  /** First row of the batch among those that lie there. */
  get sourceRow(): number {
    return this.#words[sourceRowWord]
  }

  set sourceRow(row: number) {
    this.#words[sourceRowWord] = row
  }

  /** What was left, when the batch was offered, of the time of the row that has least. */
  get deadlineMs(): number {
    return this.#floats[deadlineMsFloat]
  }

  set deadlineMs(ms: number) {
    this.#floats[deadlineMsFloat] = ms
  }

  /** Written by the thread: how long the handler took. */
  get handlerMs(): number {
    return this.#floats[handlerMsFloat]
  }

  set handlerMs(ms: number) {
    this.#floats[handlerMsFloat] = ms
  }
}

function packState(generation: number, state: SlabState): number {
  return ((generation & generationMask) << stateBits) | state
}
