import { createHash } from 'node:crypto'
import type { AnyPipeline, Effects, Placement, Returns } from '@redesmyn/core'

/** What a pipeline does with rows, as data: not with how many threads, in which batches or how fast. */
export interface PipelinePlan {
  readonly stages: readonly PlannedStep[]
}

/** One stage, or the map of a handoff. */
export interface PlannedStep {
  readonly name: string
  /** Fingerprints of its columns; null where they are not declared. */
  readonly input: string | null
  readonly output: string | null
  readonly returns: Returns
  readonly effects: Effects
  /** Over which its rows come to it. */
  readonly placement: Placement
}

export function pipelinePlan({ stages, placements }: AnyPipeline): PipelinePlan {
  return {
    stages: stages.map(({ name, input, output, config }, index) => ({
      name,
      input: input?.fingerprint ?? null,
      output: output?.fingerprint ?? null,
      returns: config.returns,
      effects: config.effects,
      placement: placements[index] ?? 'service',
    })),
  }
}

/** Sixteen hexadecimal digits: equal for pipelines with equal plans, in any process and on any machine. */
export function pipelineHash(pipeline: AnyPipeline): string {
  return createHash('sha256')
    .update(JSON.stringify(pipelinePlan(pipeline)))
    .digest('hex')
    .slice(0, 16)
}
