import { type BatchGroup, type Field, fingerprintFields, inferFields, type ModelRef } from '@redesmyn/core'

type Params = Readonly<Record<string, string>>

/** Shapes remembered where clients choose the columns. */
const maxShapes = 256

interface Shape {
  readonly key: string
  readonly fields: readonly Field[]
}

/** Says which requests of an endpoint may share a batch: those of one shape, one model and equal parameters. */
export class BatchGroups {
  /** The schema's columns; `undefined` where each request brings its own. */
  readonly declared: readonly Field[] | undefined
  /** The one group of requests that have neither parameters nor a model nor columns of their own. */
  readonly plain: BatchGroup
  readonly #isPlain: boolean
  readonly #shapes = new Map<string, Shape>()

  constructor(declared: readonly Field[] | undefined, paths: { readonly hasParams: boolean }) {
    this.declared = declared
    this.plain = { key: '', fields: declared ?? [], params: {}, model: undefined }
    this.#isPlain = declared !== undefined && !paths.hasParams
  }

  /** The columns of records: the schema's, else what they look like. Throws RECORD_INVALID where that is contradictory. */
  fieldsOf(records: readonly unknown[]): readonly Field[] {
    return this.declared ?? inferFields(records)
  }

  of(fields: readonly Field[], params: Params, model: ModelRef | undefined): BatchGroup {
    if (this.#isPlain && model === undefined) return this.plain
    const shape = this.declared === undefined ? this.#shapeOf(fields) : { key: '', fields }
    let { key } = shape
    // No parameter holds a NUL: whoever reads it from a request refuses it.
    for (const name in params) key += `\0${name}\0${params[name]}`
    if (model !== undefined) key += `\0\0${model.key}\0${model.version}`
    return { key, fields: shape.fields, params, model }
  }

  /** One list of fields a shape, so that whatever is remembered by its identity is found again. */
  #shapeOf(fields: readonly Field[]): Shape {
    const key = fingerprintFields(fields)
    const known = this.#shapes.get(key)
    if (known !== undefined) return known
    const shape = { key, fields }
    if (this.#shapes.size === maxShapes) {
      const [oldest] = this.#shapes.keys()
      this.#shapes.delete(oldest)
    }
    this.#shapes.set(key, shape)
    return shape
  }
}
