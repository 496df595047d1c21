import type { Field } from '../../schema/field.ts'
import { addValue, countVariableNodes } from '../capacity.ts'
import { NullMask } from './null-mask.ts'
import type { Vector } from './vector.ts'

/** Values that are in no Arrow buffer: a plain array, a column object, one field of many records. */
export class ValueVector implements Vector {
  readonly kind = 'value'
  readonly field: Field
  readonly length: number
  readonly nulls = new NullMask(undefined, 0)
  readonly #read: (row: number) => unknown

  constructor(field: Field, length: number, read: (row: number) => unknown) {
    this.field = field
    this.length = length
    this.#read = read
  }

  get(row: number): unknown {
    return this.#read(row)
  }

  isNull(row: number): boolean {
    const value = this.#read(row)
    return value === null || value === undefined
  }

  measure(from: number, to: number): readonly number[] {
    const sizes = new Array<number>(countVariableNodes([this.field])).fill(0)
    if (sizes.length === 0) return sizes
    for (let row = from; row < to; row++) addValue(this.field.type, this.#read(row), sizes, 0)
    return sizes
  }
}
