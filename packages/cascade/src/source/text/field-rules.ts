import type { Field, RecordSchema } from '@redesmyn/core'

/** What a schema says of one column, as far as a reader of bytes can tell it without the schema's compiler. */
export interface FieldRules {
  readonly field: Field
  readonly node: SchemaNode
  /** Whether a record may lack it. */
  readonly isOptional: boolean
  /** Whether null is a value. */
  readonly takesNull: boolean
  /** Bounds of a number; undefined where the schema says more than bounds, which only its compiled check can tell. */
  readonly range: NumberRange | undefined
  /** Whether any text will do. */
  readonly isPlainText: boolean
  /** Whether both booleans will do. */
  readonly isPlainBool: boolean
}

export interface NumberRange {
  readonly minimum: number
  readonly maximum: number
}

export type SchemaNode = Readonly<Record<string, unknown>>

/** Keywords that say nothing of values, or what the column's type says already. */
const silentKeywords = new Set([
  '$id',
  'default',
  'description',
  'examples',
  'format:int64',
  'format:uint64',
  'title',
  'type',
  '~column',
  '~kind',
  '~optional',
  '~readonly',
])

/** In the order of the columns. */
export function rulesOfFields(schema: RecordSchema): readonly FieldRules[] {
  const { properties, required } = nodeOf(schema.json)
  const names: readonly unknown[] = Array.isArray(required) ? required : []
  return schema.fields.map((field) =>
    rulesOf(field, nodeOf(nodeOf(properties)[field.name]), names.includes(field.name)),
  )
}

/** Whether each column can be judged by itself: nothing is said of records as such. */
export function hasOnlyFieldRules({ json }: RecordSchema): boolean {
  const known = new Set([...silentKeywords, 'properties', 'required'])
  return Reflect.ownKeys(json).every((key) => {
    if (key === 'additionalProperties') return typeof nodeOf(json).additionalProperties === 'boolean'
    return known.has(String(key))
  })
}

function rulesOf(field: Field, whole: SchemaNode, isRequired: boolean): FieldRules {
  const { node, hasNull } = withoutNull(whole)
  return {
    field,
    node: whole,
    isOptional: !isRequired,
    takesNull: hasNull,
    range: node && rangeOf(node),
    isPlainText: isPlain(node, 'string') && field.type.kind === 'utf8',
    isPlainBool: isPlain(node, 'boolean'),
  }
}

/** The schema beside its null; undefined for unions of several. */
function withoutNull(node: SchemaNode): { readonly node: SchemaNode | undefined; readonly hasNull: boolean } {
  if (!Array.isArray(node.anyOf)) return { node, hasNull: false }
  const members = node.anyOf.map(nodeOf)
  const present = members.filter((member) => member.type !== 'null')
  const isAlone = present.length === 1 && keywordsOf({ ...node, anyOf: undefined }).every((key) => key === 'anyOf')
  return { node: isAlone ? present[0] : undefined, hasNull: present.length < members.length }
}

function isPlain(node: SchemaNode | undefined, type: string): boolean {
  return node !== undefined && node.type === type && keywordsOf(node).length === 0
}

function rangeOf(node: SchemaNode): NumberRange | undefined {
  const { minimum = -Infinity, maximum = Infinity } = node
  const isBounded = keywordsOf(node).every((key) => key === 'minimum' || key === 'maximum')
  const isNumber = node.type === 'number' || node.type === 'integer'
  if (!isNumber || !isBounded || !isBound(minimum) || !isBound(maximum)) return undefined
  return { minimum: Number(minimum), maximum: Number(maximum) }
}

/** Bigints beyond what a number holds are left to the compiled check. */
function isBound(value: unknown): value is number | bigint {
  return typeof value === 'number' || (typeof value === 'bigint' && Number.isSafeInteger(Number(value)))
}

/** TypeBox's notes are not enumerable; a refinement is one of them. */
function keywordsOf(node: SchemaNode): string[] {
  return Reflect.ownKeys(node)
    .map((key) => (key === 'format' ? `format:${String(node.format)}` : String(key)))
    .filter((key) => !silentKeywords.has(key))
}

function nodeOf(value: unknown): SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SchemaNode) : {}
}
