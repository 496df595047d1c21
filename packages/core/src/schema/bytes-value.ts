import { base64ByteLength, isBase64 } from './base64.ts'
import { describeKind } from './describe-kind.ts'
import type { ValueFault } from './exact-integer.ts'
import type { SchemaNode } from './schema-node.ts'

/** Whether the schema's values are bytes. */
export function isBytesNode(node: SchemaNode): boolean {
  return node['~column'] === 'bytes'
}

/** What is wrong with a value of a bytes column, or undefined: bytes as such are right, and so is base64. */
export function bytesFault(value: unknown): ValueFault | undefined {
  if (value instanceof Uint8Array) return undefined
  if (typeof value !== 'string') {
    return { rule: 'type', message: `must be bytes, or base64 text, got ${describeKind(value)}` }
  }
  if (isBase64(value)) return undefined
  return { rule: 'contentEncoding', message: 'must be base64 with padding, got another string' }
}

/** The bytes that a value of a bytes column takes; undefined for what is none. */
export function byteLengthOf(value: unknown): number | undefined {
  if (value instanceof Uint8Array) return value.byteLength
  return typeof value === 'string' ? base64ByteLength(value) : undefined
}
