import { assertAnswersRows, closestName, PipelineError, type RowStage } from '@redesmyn/core'
import type { LoadedApp } from '@redesmyn/worker'

/**
 * The stages of an app that senders elsewhere may call, by name. Throws CONFIG_INVALID for a name that the app does not
 * have, and BETWEEN_UNSUPPORTED for a stage that streams, needs a model, or gives other numbers of rows than it takes.
 */
export function offerStages(
  app: Pick<LoadedApp, 'stages' | 'endpoints'>,
  names: readonly string[],
): readonly RowStage[] {
  return [...new Set(names)].map((name) => offerStage(app, name))
}

function offerStage({ stages, endpoints }: Pick<LoadedApp, 'stages' | 'endpoints'>, name: string): RowStage {
  const stage = stages.get(name)
  if (stage === undefined) throw unknownStage(name, [...stages.keys()])
  if (endpoints.some(({ modelStage }) => modelStage === name)) {
    const message = `stage "${name}" takes a model, which the parameters of an endpoint choose; a call over a placement has none`
    throw new PipelineError('BETWEEN_UNSUPPORTED', message, { details: { stage: name } })
  }
  return assertAnswersRows(stage)
}

function unknownStage(name: string, known: readonly string[]): PipelineError {
  const closest = closestName(name, known)
  const hint = closest === undefined ? '' : `; did you mean "${closest}"?`
  const all = known.length === 0 ? 'it exports none' : `it has ${known.map((one) => `"${one}"`).join(', ')}`
  return new PipelineError('CONFIG_INVALID', `the app has no stage "${name}", ${all}${hint}`, {
    details: { stage: name, stages: known },
  })
}
