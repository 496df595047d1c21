import type { ColumnType, Field, PipelineError } from '@redesmyn/core'

const maxFields = 10_000
const maxDepth = 32

/** Reads columns that another process wrote as JSON: any number of levels and fields, up to bounds. */
export class FieldReader {
  readonly #malformed: (problem: string) => PipelineError
  #count = 0

  constructor(malformed: (problem: string) => PipelineError) {
    this.#malformed = malformed
  }

  read(value: unknown, owner: string, depth = 0): readonly Field[] {
    if (!Array.isArray(value)) throw this.#malformed(`${owner} must have a list "fields"`)
    if (depth > maxDepth) throw this.#malformed(`${owner} is nested deeper than ${maxDepth}`)
    return value.map((field: unknown) => this.#readField(field, owner, depth))
  }

  #readField(value: unknown, owner: string, depth: number): Field {
    this.#count++
    if (this.#count > maxFields) throw this.#malformed(`${owner} has more than ${maxFields} fields`)
    const { name, type, isNullable } = this.#object(value, `a field of ${owner}`)
    if (typeof name !== 'string') throw this.#malformed(`a field of ${owner} must have a name`)
    if (typeof isNullable !== 'boolean') throw this.#malformed(`"isNullable" of field "${name}" must be true or false`)
    return { name, isNullable, type: this.#readType(this.#object(type, `the type of field "${name}"`), name, depth + 1) }
  }

  #readType(type: Readonly<Record<string, unknown>>, name: string, depth: number): ColumnType {
    const { kind, bits, isSigned, as, item, size, fields } = type
    if (depth > maxDepth) throw this.#malformed(`field "${name}" is nested deeper than ${maxDepth}`)
    if (kind === 'bool' || kind === 'utf8' || kind === 'binary' || kind === 'timestamp') return { kind }
    if (kind === 'float' && (bits === 32 || bits === 64)) return { kind, bits }
    if (kind === 'struct') return { kind, fields: this.read(fields, `field "${name}"`, depth) }
    if (kind === 'list') return { kind, item: this.#readField(item, `field "${name}"`, depth) }
    if (kind === 'fixed-list' && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0) {
      return { kind, size, item: this.#readField(item, `field "${name}"`, depth) }
    }
    const isWidth = bits === 8 || bits === 16 || bits === 32 || bits === 64
    if (kind === 'int' && isWidth && typeof isSigned === 'boolean' && (as === 'number' || as === 'bigint')) {
      return { kind, bits, isSigned, as }
    }
    throw this.#malformed(`field "${name}" has no type that is known here`)
  }

  #object(value: unknown, what: string): Readonly<Record<string, unknown>> {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    throw this.#malformed(`${what} must be an object`)
  }
}
