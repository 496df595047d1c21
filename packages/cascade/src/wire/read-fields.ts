import type { ColumnType, Field } from '@redesmyn/core'

/** As in the streams that are read: lists and structs inside each other, and fields in all. */
const maxDepth = 32
const maxFields = 10_000

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Fields that came as JSON; undefined where they are none, or nested deeper than anybody means. */
export function readFields(value: unknown): readonly Field[] | undefined {
  return new FieldReader().fields(value, 0)
}

class FieldReader {
  #left = maxFields

  fields(value: unknown, depth: number): readonly Field[] | undefined {
    if (!Array.isArray(value) || depth > maxDepth) return undefined
    const fields: Field[] = []
    for (const item of value) {
      const field = this.#field(item, depth)
      if (field === undefined) return undefined
      fields.push(field)
    }
    return new Set(fields.map(({ name }) => name)).size === fields.length ? fields : undefined
  }

  #field(value: unknown, depth: number): Field | undefined {
    if (this.#left-- <= 0 || depth > maxDepth || !isRecord(value)) return undefined
    const { name, isNullable } = value
    const type = this.#type(value['type'], depth)
    if (typeof name !== 'string' || typeof isNullable !== 'boolean' || type === undefined) return undefined
    return { name, type, isNullable }
  }

  #type(value: unknown, depth: number): ColumnType | undefined {
    if (!isRecord(value)) return undefined
    const { kind } = value
    switch (kind) {
      case 'bool':
      case 'utf8':
      case 'binary':
      case 'timestamp':
        return { kind }
      case 'int':
        return readInt(value)
      case 'float':
        return value['bits'] === 32 || value['bits'] === 64 ? { kind, bits: value['bits'] } : undefined
      case 'list': {
        const item = this.#field(value['item'], depth + 1)
        return item && { kind, item }
      }
      case 'fixed-list': {
        const item = this.#field(value['item'], depth + 1)
        const { size } = value
        return item && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
          ? { kind, size, item }
          : undefined
      }
      case 'struct': {
        const fields = this.fields(value['fields'], depth + 1)
        return fields && { kind, fields }
      }
      default:
        return undefined
    }
  }
}

function readInt({ bits, isSigned, as }: Readonly<Record<string, unknown>>): ColumnType | undefined {
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) return undefined
  if (typeof isSigned !== 'boolean' || (as !== 'number' && as !== 'bigint')) return undefined
  return { kind: 'int', bits, isSigned, as }
}
