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
/** Shapes remembered for stages without a schema, where clients choose the columns. */
const maxShapes = 256

/** The columns of a slab whose rows lie with an earlier stage. */
const noFields: readonly Field[] = Object.freeze([])

interface GroupShape {
  readonly fields: readonly Field[]
  readonly fingerprint: string
  inputGrowth: number
  outputGrowth: number
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
    const { shape, outputGrowth, fingerprint } = this.#shapeOf(group.fields)
    const ample = this.#shape(shape.input, capacity, outputGrowth)
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
    const { outputGrowth, fingerprint } = this.#shapeOf(fields)
    const ample = this.#shape(fields, capacity, outputGrowth)
    return this.#pool.openAnyway(ample, shapeKey(fingerprint, ample))
  }

  release(slab: Slab): void {
    this.#pool.release(slab)
  }

  /** A batch closed because a column was full: the next slabs get twice the room. */
  growInput(fields: readonly Field[]): void {
    const known = this.#shapeOf(fields)
    known.inputGrowth = Math.min(known.inputGrowth * 2, maxGrowth)
    this.#reshape(known)
  }

  /** The outputs of a batch did not fit: the next slabs get twice the room. */
  growOutput(slab: Slab): void {
    const known = this.#shapeOf(slab.shape.input)
    known.outputGrowth = Math.min(known.outputGrowth * 2, maxGrowth)
    this.#reshape(known)
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

  #reshape(known: GroupShape): void {
    const capacity = this.#capacity(known.fields, this.#options.maxRows, known.inputGrowth)
    known.shape = this.#shape(known.fields, capacity, known.outputGrowth)
    known.key = shapeKey(known.fingerprint, known.shape)
  }

  #shape(input: readonly Field[], inputCapacity: Capacity, outputGrowth: number): SlabShape {
    const { output } = this.#options
    const outputCapacity = output === undefined ? undefined : this.#capacity(output, inputCapacity.rows, outputGrowth)
    return { input, inputCapacity, output, outputCapacity }
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
