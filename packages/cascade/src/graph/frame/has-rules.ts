import type { RecordSchema } from '@redesmyn/core'

/** What of a schema its columns keep by themselves. */
const structural: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'items',
  'anyOf',
  'title',
  'description',
  'default',
  'examples',
  '$id',
  'contentEncoding',
])

/** Whether a schema says more of values than their types, so that each row has to be looked at. */
export function hasRules({ json }: RecordSchema): boolean {
  return nodeHasRules(json)
}

function nodeHasRules(node: unknown): boolean {
  if (!isObject(node)) return false
  if ('~refine' in node) return true
  // Of columns of a type of their own the bounds are those of the type, unless the user narrowed them: that is not told.
  const own = Object.keys(node).filter((key) => !key.startsWith('~'))
  if (own.some((key) => !structural.has(key))) return true
  const inner = [node.items, ...valuesOf(node.properties), ...valuesOf(node.anyOf)]
  return inner.some(nodeHasRules)
}

function valuesOf(value: unknown): readonly unknown[] {
  return isObject(value) ? Object.values(value) : []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
