import {
  type BatchGroup,
  type Capacity,
  defaultCapacity,
  defaultColumnBytes,
  type Field,
  fingerprintFields,
  type RoomSource,
} from '@redesmyn/core'
import type { Slab } from '../memory/slab.ts'
import type { SlabSource } from '../memory/slab-source.ts'
import type { SlabPool } from '../memory/slab-pool.ts'
import { layoutSlab } from '../memory/slab-layout.ts'
import type { SlabShape } from '../thread/protocol.ts'

export interface StageRoomsOptions {
  readonly maxRows: number
  /** Bytes a row of a variable-length column is given at first, where the user knows better than the default. */
  readonly columnBytes: Readonly<Record<string, number>>
  /** `undefined` where the stage has no output schema. */
  readonly output: readonly Field[] | undefined
}

/** Column room doubles up to this many times what it was; longer rows get slabs of their own. */
const maxGrowth = 256
/** Or further, up to so many bytes, where a batch has so few rows that this would be little. */
const maxGrownBytes = 4 * 1024 ** 2
/** No slab grows beyond this share of the pool, or a few of them would leave nothing to the others. */
const maxPoolShare = 1 / 16
/** Room for the outputs of rows that have a slab of their own is learned up to this; beyond it they go beside it. */
const maxLearnedBytes = 16 * 1024 ** 2
/** Shapes remembered for stages without a schema, where clients choose the columns. */
const maxShapes = 256

/** The columns of a slab whose rows lie with an earlier stage. */
const noFields: readonly Field[] = Object.freeze([])

interface GroupShape {
  readonly fields: readonly Field[]
  readonly fingerprint: string
  inputGrowth: number
  outputGrowth: number
  /** The most that a row of outputs took which did not fit, by variable-length node; none at first. */
  outputBytes: readonly number[]
  shape: SlabShape
  key: string
}

/** A stage's slabs: decides how much room each batch gets, and learns from batches that ran out of it. */
export class StageRooms implements RoomSource<Slab> {
  readonly #pool: SlabPool
  readonly #options: StageRoomsOptions
  readonly #byFields = new WeakMap<readonly Field[], GroupShape>()
  readonly #byFingerprint = new Map<string, GroupShape>()

  constructor(pool: SlabPool, options: StageRoomsOptions) {
    this.#pool = pool
    this.#options = options
  }

  open(group: BatchGroup): Slab | undefined {
    const { shape, key } = this.#shapeOf(group.fields)
    return this.#pool.open(shape, key)
  }

  openFor(group: BatchGroup, capacity: Capacity): Slab | undefined {
    const { fingerprint } = this.#shapeOf(group.fields)
    const ample = this.#ample(group.fields, capacity)
    return this.#pool.open(ample, shapeKey(fingerprint, ample))
  }

  openLike(slab: Slab): Slab | undefined {
    return this.#pool.open(slab.shape, slab.shapeKey)
  }

  /** Room for the outputs of rows that lie with an earlier stage, and for what is said about them. */
  openView(source: SlabSource): Slab {
    const { shape, key } = this.#shapeOf(noFields)
    const isLarger = source.batch.rowCount > shape.inputCapacity.rows
    const slab = isLarger ? this.#openLarge(source.batch.rowCount) : this.#pool.openAnyway(shape, key)
    source.slab.retain()
    slab.readFrom(source)
    return slab
  }

  /** Room for accepted rows that have to be copied on their way from an earlier stage. */
  openAnyway(fields: readonly Field[], capacity: Capacity): Slab {
    const { fingerprint } = this.#shapeOf(fields)
    const ample = this.#ample(fields, capacity)
    return this.#pool.openAnyway(ample, shapeKey(fingerprint, ample))
  }

  release(slab: Slab): void {
    this.#pool.release(slab)
  }

  /** A batch closed because a column was full: the next slabs get twice the room. */
  growInput(fields: readonly Field[]): void {
    const known = this.#shapeOf(fields)
    this.#reshape(known, { ...known, inputGrowth: Math.min(known.inputGrowth * 2, this.#maxGrowth) })
  }

  /** Outputs of `spilled` size did not fit in a slab: the next ones get twice the room. */
  growOutput(slab: Slab, spilled: Capacity): void {
    const known = this.#shapeOf(slab.shape.input)
    known.outputBytes = spilled.variable.map((size, node) => {
      return Math.max(known.outputBytes[node] ?? 0, Math.ceil(size / Math.max(1, spilled.rows)))
    })
    this.#reshape(known, { ...known, outputGrowth: Math.min(known.outputGrowth * 2, this.#maxGrowth) })
  }

  #openLarge(rows: number): Slab {
    return this.openAnyway(noFields, { rows, variable: [] })
  }

  #shapeOf(fields: readonly Field[]): GroupShape {
    const known = this.#byFields.get(fields)
    if (known !== undefined) return known
    const fingerprint = fingerprintFields(fields)
    const found = this.#byFingerprint.get(fingerprint) ?? this.#firstShape(fields, fingerprint)
    this.#byFields.set(fields, found)
    return found
  }

  #firstShape(fields: readonly Field[], fingerprint: string): GroupShape {
    const shape = this.#shape(fields, this.#capacity(fields, this.#options.maxRows, 1), 1)
    const known: GroupShape = {
      fields,
      fingerprint,
      inputGrowth: 1,
      outputGrowth: 1,
      outputBytes: [],
      shape,
      key: shapeKey(fingerprint, shape),
    }
    this.#byFingerprint.set(fingerprint, known)
    if (this.#byFingerprint.size > maxShapes) {
      const [oldest] = this.#byFingerprint.keys()
      this.#byFingerprint.delete(oldest)
    }
    return known
  }

  #reshape(known: GroupShape, { inputGrowth, outputGrowth }: Pick<GroupShape, 'inputGrowth' | 'outputGrowth'>): void {
    const capacity = this.#capacity(known.fields, this.#options.maxRows, inputGrowth)
    const shape = this.#shape(known.fields, capacity, outputGrowth)
    if (layoutSlab(shape).byteLength > this.#pool.maxBytes * maxPoolShare) return
    Object.assign(known, { inputGrowth, outputGrowth, shape, key: shapeKey(known.fingerprint, shape) })
  }

  #shape(input: readonly Field[], inputCapacity: Capacity, outputGrowth: number): SlabShape {
    const { output } = this.#options
    const outputCapacity = output === undefined ? undefined : this.#capacity(output, inputCapacity.rows, outputGrowth)
    return { input, inputCapacity, output, outputCapacity }
  }

  get #maxGrowth(): number {
    return Math.max(maxGrowth, maxGrownBytes / (this.#options.maxRows * defaultColumnBytes))
  }

  /** Room for these very rows, in steps, so that slabs of rows of nearly the same length stand in for each other. */
  #ample(fields: readonly Field[], { rows, variable }: Capacity): SlabShape {
    const { shape, outputGrowth, outputBytes } = this.#shapeOf(fields)
    const capacity = { rows, variable: variable.map((size) => this.#roundUp(size)) }
    return this.#withLearned(this.#shape(shape.input, capacity, outputGrowth), outputBytes)
  }

  /** A slab for a few long rows has room for outputs like those that were seen. */
  #withLearned(shape: SlabShape, outputBytes: readonly number[]): SlabShape {
    const { outputCapacity } = shape
    if (outputCapacity === undefined || outputBytes.length !== outputCapacity.variable.length) return shape
    const { rows } = outputCapacity
    const variable = outputCapacity.variable.map((size, node) => {
      const learned = this.#roundUp(outputBytes[node] * rows)
      return learned > Math.min(maxLearnedBytes, this.#pool.maxBytes * maxPoolShare) ? size : Math.max(size, learned)
    })
    return { ...shape, outputCapacity: { rows, variable } }
  }

  /** The next of four steps between a power of two and the one after it, where the pool is large enough for that. */
  #roundUp(size: number): number {
    const step = 2 ** Math.max(8, Math.floor(Math.log2(Math.max(1, size))) - 2)
    const rounded = Math.ceil(size / step) * step
    return rounded > this.#pool.maxBytes * maxPoolShare ? size : rounded
  }

  #capacity(fields: readonly Field[], rows: number, growth: number): Capacity {
    const { columnBytes } = this.#options
    const variable = fields.flatMap((field) => {
      const ownBytes = Object.hasOwn(columnBytes, field.name) ? columnBytes[field.name] : defaultColumnBytes
      const bytes = ownBytes * growth
      return defaultCapacity([field], rows, bytes).variable
    })
    return { rows, variable }
  }
}

/** Stages with equal inputs share no slabs where their outputs differ. */
function shapeKey(fingerprint: string, shape: SlabShape): string {
  const { inputCapacity, output, outputCapacity } = shape
  const outputs = output === undefined ? '' : `${fingerprintFields(output)}|${outputCapacity?.variable.join()}`
  return `${fingerprint}|${inputCapacity.rows}|${inputCapacity.variable.join()}|${outputs}`
}
