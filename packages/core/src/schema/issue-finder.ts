import type { TSchema } from 'typebox'
import { toCheckSchema } from './check-schema.ts'
import { bytesFault, isBytesNode } from './bytes-value.ts'
import type { Compile } from './compile.ts'
import { describeKind } from './describe-kind.ts'
import { ExactInteger, isExactInteger, type ValueFault } from './exact-integer.ts'
import { pointerTo } from './json-pointer.ts'
import { isSchemaNode, membersOf, propertiesOf, requiredOf, type SchemaNode, splitNull } from './schema-node.ts'

/** More faults of one record than this tell nobody more, and a long list of wrong items is cheap to send. */
const maxFaults = 1000

export interface LocatedFault extends ValueFault {
  readonly pointer: string
}

/**
 * Lists everything that is wrong with a value. The compiled check stops listing after a few errors and names a union's
 * members one by one, so this goes property by property and item by item, and compiles only what is left at each node.
 * Finders are made for records that fail: a valid record never meets one.
 */
export class IssueFinder {
  readonly #node: SchemaNode
  readonly #hasNull: boolean
  readonly #compile: Compile
  readonly #required: readonly string[]
  readonly #properties: ReadonlyMap<string, IssueFinder>
  readonly #items: IssueFinder | undefined
  readonly #own: (value: unknown) => readonly ValueFault[]
  readonly #refine: (value: unknown) => readonly ValueFault[]

  constructor(schema: SchemaNode, compile: Compile) {
    const { present, hasNull } = splitNull(schema)
    this.#node = present
    this.#hasNull = hasNull
    this.#required = requiredOf(present)
    this.#compile = compile
    this.#properties = new Map(propertiesOf(present).map(([name, inner]) => [name, new IssueFinder(inner, compile)]))
    this.#items =
      present.type === 'array' && isSchemaNode(present.items) ? new IssueFinder(present.items, compile) : undefined
    this.#own = this.#ownRules()
    this.#refine = this.#isContainer() ? this.#rules({ '~refine': present['~refine'] ?? [] }) : () => []
  }

  /** The first `maxFaults` faults of a value. */
  find(value: unknown, pointer: string): readonly LocatedFault[] {
    const found: LocatedFault[] = []
    this.#collect(value, pointer, found)
    return found
  }

  #collect(value: unknown, pointer: string, found: LocatedFault[]): void {
    if (found.length >= maxFaults || (value === null && this.#hasNull)) return
    const before = found.length
    const own = this.#own(value)
    for (const fault of own) found.push({ ...fault, pointer })
    if (own.some(({ rule }) => rule === 'type')) return
    if (isSchemaNode(value)) this.#collectProperties(value, pointer, found)
    if (Array.isArray(value)) this.#collectItems(value, pointer, found)
    // A rule across fields is written for valid fields and may throw on others.
    if (found.length > before) return
    for (const fault of this.#refine(value)) found.push({ ...fault, pointer })
  }

  #collectProperties(value: SchemaNode, pointer: string, found: LocatedFault[]): void {
    for (const [name, finder] of this.#properties) {
      const at = pointerTo(pointer, name)
      const member = Object.hasOwn(value, name) ? value[name] : undefined
      if (member !== undefined) finder.#collect(member, at, found)
      else if (this.#required.includes(name))
        found.push({ pointer: at, rule: 'required', message: `cannot find key '${name}'` })
    }
    if (this.#node.additionalProperties !== false) return
    for (const name of Object.keys(value)) {
      if (this.#properties.has(name)) continue
      if (found.length >= maxFaults) return
      found.push({
        pointer: pointerTo(pointer, name),
        rule: 'additionalProperties',
        message: `unexpected key '${name}'`,
      })
    }
  }

  #collectItems(value: readonly unknown[], pointer: string, found: LocatedFault[]): void {
    const items = this.#items
    if (items === undefined) return
    for (let index = 0; index < value.length && found.length < maxFaults; index++) {
      items.#collect(value[index], pointerTo(pointer, index), found)
    }
  }

  #isContainer(): boolean {
    return this.#properties.size > 0 || this.#items !== undefined
  }

  /** What the schema says about the value itself, without its members. */
  #ownRules(): (value: unknown) => readonly ValueFault[] {
    const node = this.#node
    if (isExactInteger(node)) return this.#exactRules()
    if (isBytesNode(node)) return this.#ruleFirst(bytesFault)
    const choices = choicesOf(node)
    if (choices !== undefined) return (value) => (choices.includes(value) ? [] : [choiceFault(choices, value)])
    return this.#rules(this.#isContainer() ? withoutMembers(node) : toCheckSchema(node))
  }

  #exactRules(): (value: unknown) => readonly ValueFault[] {
    const integer = new ExactInteger(this.#node)
    return this.#ruleFirst((value) => integer.faultOf(value))
  }

  /** A rule of ours, and then what the user wrote for values that keep it. */
  #ruleFirst(faultOf: (value: unknown) => ValueFault | undefined): (value: unknown) => readonly ValueFault[] {
    const refine = this.#rules({ '~refine': this.#node['~refine'] ?? [] })
    return (value) => {
      const fault = faultOf(value)
      return fault === undefined ? refine(value) : [fault]
    }
  }

  #rules(schema: SchemaNode): (value: unknown) => readonly ValueFault[] {
    const validator = this.#compile<TSchema>(schema)
    return (value) =>
      validator.Errors(value).map(({ keyword, message }) => ({
        rule: keyword,
        message: keyword === 'type' ? `${message}, got ${describeKind(value)}` : message,
      }))
  }
}

/** What a schema says about an object or array as such. TypeBox's notes are not enumerable and stay behind. */
function withoutMembers(node: SchemaNode): SchemaNode {
  const members = ['properties', 'required', 'additionalProperties', 'items']
  return Object.fromEntries(Object.entries(node).filter(([keyword]) => !members.includes(keyword)))
}

/** The values of an enum, of a literal, or of a union of literals. */
function choicesOf(node: SchemaNode): readonly unknown[] | undefined {
  if (Array.isArray(node.enum)) return node.enum
  if ('const' in node) return [node.const]
  const members = membersOf(node)?.map((member) => choicesOf(member))
  return members?.every((choices) => choices !== undefined) ? members.flat() : undefined
}

function choiceFault(choices: readonly unknown[], value: unknown): ValueFault {
  const expected = choices.map((choice) => JSON.stringify(choice)).join(', ')
  const received = typeof value === 'string' && value.length <= 40 ? JSON.stringify(value) : describeKind(value)
  return { rule: 'enum', message: `must be ${choices.length === 1 ? '' : 'one of '}${expected}, got ${received}` }
}
