import type { AnyStage } from '@redesmyn/core'

/** Records of a stage's input that its author gave as examples; none where there are none. */
export function examplesOf({ declared }: AnyStage): readonly unknown[] {
  return Array.isArray(declared.examples) ? declared.examples : []
}
