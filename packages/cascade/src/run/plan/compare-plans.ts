import { fingerprintFields } from '@redesmyn/core'
import type { FileFacts } from '../../source/source-format.ts'
import type { Part, RunPlan } from './run-plan.ts'
import type { StoredPlan } from './stored-plan.ts'

/** One thing that is not as it was when the output was begun. */
export interface PlanChange {
  /** Whether the parts that are open may be made with the new one, where the user says so. */
  readonly kind: 'code' | 'plan'
  /** For people: `partRows: 1000000 → 50000`. */
  readonly text: string
}

/** What differs between the plan that an output was begun with and a new one; nothing where the run may go on. */
export function comparePlans(before: StoredPlan, after: StoredPlan): readonly PlanChange[] {
  const [old, now] = [before.plan, after.plan]
  const changes = [
    ...codeChanges(old, now),
    ...filesChanges(old.input.files, now.input.files),
    ...valueChanges(valuesOf(before), valuesOf(after)),
  ]
  if (changes.some(({ kind }) => kind === 'plan') || isSameParts(old.parts, now.parts)) return changes
  return [...changes, change(`the same files are cut into other parts: ${old.parts.length} → ${now.parts.length}`)]
}

function codeChanges(old: RunPlan, now: RunPlan): readonly PlanChange[] {
  const pairs = [
    ['code version', old.codeVersion, now.codeVersion],
    ['stages', old.stages.join(', '), now.stages.join(', ')],
  ] as const
  return pairs
    .filter(([, was, is]) => was !== is)
    .map(([name, was, is]) => ({ kind: 'code', text: `${name}: ${was} → ${is}` }))
}

function filesChanges(old: readonly FileFacts[], now: readonly FileFacts[]): readonly PlanChange[] {
  const before = new Map(old.map((file) => [file.path, file]))
  const after = new Map(now.map((file) => [file.path, file]))
  const gone = old.filter(({ path }) => !after.has(path)).map(({ path }) => change(`input file "${path}" is gone`))
  const others = now.flatMap((file) => {
    const was = before.get(file.path)
    if (was === undefined) return [change(`input file "${file.path}" is new`)]
    if (was.byteLength !== file.byteLength) {
      return [change(`input file "${file.path}": ${was.byteLength} bytes → ${file.byteLength} bytes`)]
    }
    if (was.modifiedMs === file.modifiedMs) return []
    return [change(`input file "${file.path}" was written again: ${isoOf(was.modifiedMs)} → ${isoOf(file.modifiedMs)}`)]
  })
  return [...gone, ...others]
}

/** Everything else that decides about an output's bytes, as text. */
function valuesOf({ plan, publish }: StoredPlan): ReadonlyMap<string, string> {
  const { input, output } = plan
  return new Map([
    ['asset', plan.asset],
    ['input format', input.format],
    ['input options', stableJson(input.options)],
    ['input columns', fingerprintFields(input.fields)],
    ['output format', output.format],
    ['output options', stableJson(output.options)],
    ['output columns', fingerprintFields(output.fields)],
    ['folder of rejects', output.rejectsFolder],
    ['batchRows', String(plan.batchRows)],
    ['partRows', String(plan.partRows)],
    ['partBytes', String(plan.partBytes)],
    ['publish', publish],
  ])
}

function valueChanges(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly PlanChange[] {
  return [...now]
    .filter(([name, value]) => old.get(name) !== value)
    .map(([name, value]) => change(`${name}: ${old.get(name) ?? 'none'} → ${value}`))
}

function isSameParts(old: readonly Part[], now: readonly Part[]): boolean {
  return old.length === now.length && old.every((part, index) => stableJson(part) === stableJson(now[index]))
}

/** Equal for equal values, whatever the order of their keys; what is undefined is left out, as in a file. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
}

function change(text: string): PlanChange {
  return { kind: 'plan', text }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
