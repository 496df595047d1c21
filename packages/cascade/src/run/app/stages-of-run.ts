import { type AnyStage, overMedium } from '@redesmyn/core'
import { overMedia } from '@redesmyn/worker'
import type { PipelineAsset } from '../../graph/any-asset.ts'
import type { OpenedApp } from './open-app.ts'

/** The stages of an asset with what the configuration says of them, each where that says, or else where its author does. */
export function stagesOfRun({ stages }: PipelineAsset, { loaded }: OpenedApp): readonly AnyStage[] {
  return stages.map((stage) => {
    const own = loaded.stages.get(stage.name) ?? stage
    return overMedia(stage.medium === undefined ? own : overMedium(own, stage.medium), loaded.media)
  })
}
