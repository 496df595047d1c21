import { createHash } from 'node:crypto'
import { stableJson } from './compare-plans.ts'
import type { RunPlan } from './run-plan.ts'
import { type StoredPlan, storePlan } from './stored-plan.ts'

/** Sixteen hexadecimal digits, equal for equal plans on any machine: wherever input and output lie there. */
export function planFingerprint(plan: RunPlan): string {
  return storedFingerprint(storePlan(plan, 'part'))
}

export function storedFingerprint({ plan }: StoredPlan): string {
  return createHash('sha256').update(stableJson(plan)).digest('hex').slice(0, 16)
}
