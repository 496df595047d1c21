import type { ModelRef } from '../batch/batch-group.ts'

/** Names one version of one model. */
export function modelId({ key, version }: ModelRef): string {
  return `${key}@${version}`
}
