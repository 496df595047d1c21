import { describeKind } from './describe-kind.ts'
import type { SchemaNode } from './schema-node.ts'

export interface ValueFault {
  readonly rule: string
  readonly message: string
}

/**
 * The check of a 64-bit integer, which may come as a number, a bigint, or digits in a string: JSON's numbers lose
 * what is beyond 2^53 in most clients.
 */
export class ExactInteger {
  readonly #isSigned: boolean
  readonly #limits: readonly Limit[]

  constructor(node: SchemaNode) {
    this.#isSigned = node['~column'] !== 'uint64'
    this.#limits = limitsOf(node)
  }

  accepts(value: unknown): boolean {
    if (this.#limits.length === 0 && typeof value === 'number' && Number.isSafeInteger(value)) {
      return this.#isSigned || value >= 0
    }
    return this.faultOf(value) === undefined
  }

  /** What is wrong with a value, or undefined. */
  faultOf(value: unknown): ValueFault | undefined {
    const exact = toBigInt(value)
    const type = this.#isSigned ? 'int64' : 'uint64'
    if (exact === undefined) {
      return {
        rule: 'type',
        message: `must be ${type}, as a number or a string of digits, got ${describeInteger(value)}`,
      }
    }
    const wrapped = this.#isSigned ? BigInt.asIntN(64, exact) : BigInt.asUintN(64, exact)
    if (wrapped !== exact) return { rule: 'type', message: `must be ${type}, got ${exact}` }
    return this.#limits.find((limit) => !limit.holds(exact))
  }
}

interface Limit extends ValueFault {
  holds(value: bigint): boolean
}

function limitsOf(node: SchemaNode): Limit[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node
  const limits: Limit[] = []
  const add = (
    rule: string,
    words: string,
    bound: unknown,
    holds: (value: bigint, bound: number | bigint) => boolean,
  ) => {
    if (typeof bound !== 'number' && typeof bound !== 'bigint') return
    limits.push({ rule, message: `must be ${words} ${bound}`, holds: (value) => holds(value, bound) })
  }
  add('minimum', '>=', minimum, (value, bound) => value >= bound)
  add('maximum', '<=', maximum, (value, bound) => value <= bound)
  add('exclusiveMinimum', '>', exclusiveMinimum, (value, bound) => value > bound)
  add('exclusiveMaximum', '<', exclusiveMaximum, (value, bound) => value < bound)
  add(
    'multipleOf',
    'multiple of',
    multipleOf,
    (value, bound) => Number.isInteger(Number(bound)) && value % BigInt(bound) === 0n,
  )
  return limits
}

/** At most 20 digits: a longer string is no 64-bit integer, and reading one of a megabyte takes seconds. */
const digits = /^-?(?:0|[1-9]\d{0,19})$/

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && digits.test(value) ? BigInt(value) : undefined
}

function describeInteger(value: unknown): string {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' ? 'another string' : describeKind(value)
}

/** Whether the schema's values are integers that may be beyond 2^53: its bounds do not keep them within. */
export function isExactInteger(node: SchemaNode): boolean {
  if (node['~column'] !== undefined) return node['~column'] === 'int64' || node['~column'] === 'uint64'
  return node.type === 'integer' && !hasSafeBounds(node)
}

function hasSafeBounds(node: SchemaNode): boolean {
  return isSafeBound(node.minimum ?? node.exclusiveMinimum) && isSafeBound(node.maximum ?? node.exclusiveMaximum)
}

function isSafeBound(bound: unknown): boolean {
  if (typeof bound !== 'number' && typeof bound !== 'bigint') return false
  return bound >= Number.MIN_SAFE_INTEGER && bound <= Number.MAX_SAFE_INTEGER
}
