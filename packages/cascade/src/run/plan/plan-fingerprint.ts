import { createHash } from 'node:crypto'
import { stableJson } from './compare-plans.ts'
import type { RunPlan } from './run-plan.ts'
import { storePlan } from './stored-plan.ts'

/** Sixteen hexadecimal digits, equal for equal plans on any machine: wherever input and output lie there. */
export function planFingerprint(plan: RunPlan): string {
  const { plan: stored } = storePlan(plan, 'part')
  return createHash('sha256').update(stableJson(stored)).digest('hex').slice(0, 16)
}
