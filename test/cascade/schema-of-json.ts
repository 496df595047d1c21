import { readFileSync } from 'node:fs'
import { Compile } from 'typebox/schema'
import { expect } from 'vitest'

export type JsonForm =
  | 'app-report'
  | 'dry-run-report'
  | 'ecs-task-definition'
  | 'k8s-manifests'
  | 'output-status'
  | 'progress-event'
  | 'rejects-report'
  | 'run-plan'
  | 'run-report'
  | 'shards-report'

/** Fails where the value, as JSON, does not keep the schema that the package ships. */
export function assertSchema(form: JsonForm, value: unknown): void {
  const path = new URL(`../../packages/cascade/schemas/${form}.json`, import.meta.url)
  const schema: Record<string, unknown> = JSON.parse(readFileSync(path, 'utf8'))
  const [isValid, errors] = Compile(schema).Errors(JSON.parse(JSON.stringify(value)))

  expect(errors, JSON.stringify(value)).toEqual([])
  expect(isValid).toBe(true)
}
