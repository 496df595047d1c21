import { type AnyMedium, PipelineError } from '@redesmyn/core'
import type { StagePlace } from '@redesmyn/worker'
import { between } from '../handoff/betweens.ts'

/** What takes a stage's rows to where somebody says that it runs. Throws CONFIG_INVALID naming who says so. */
export function readPlace({ text, origin }: StagePlace): AnyMedium {
  if (text === 'service') return between.service()
  throw new PipelineError('CONFIG_INVALID', `${origin} must be a placement such as app:/run/score.sock, got "${text}"`)
}
