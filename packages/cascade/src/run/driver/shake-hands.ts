import type { AnyStage, Placement } from '@redesmyn/core'
import { isMedium } from '../../handoff/medium.ts'
import { openWay } from '../../handoff/open-way.ts'
import { stagesOfRun } from '../app/stages-of-run.ts'
import type { OpenedApp } from '../app/open-app.ts'

/** A stage that runs elsewhere, and was found to fit. */
export interface RemoteReport {
  readonly stage: string
  readonly placement: Placement
  readonly effects: string
  /** Of a batch, there. */
  readonly maxRows: number
}

/**
 * Opens the way to every stage of an app that runs elsewhere, compares contracts, and closes it. Rejects with what the
 * first that fails says: SCHEMA_MISMATCH naming the columns, HANDOFF_FAILED where nobody answers.
 */
export async function shakeHands(app: OpenedApp): Promise<readonly RemoteReport[]> {
  return await Promise.all([...remoteStages(app).values()].map(shakeHand))
}

/** One for each place that a stage has, which are more than one only where endpoints and assets say other things. */
function remoteStages(app: OpenedApp): ReadonlyMap<string, AnyStage> {
  const assets = [...app.assets.values()].filter((asset) => asset.kind === 'pipeline')
  const all = [
    ...app.loaded.endpoints.flatMap(({ stages }) => stages),
    ...assets.flatMap((asset) => stagesOfRun(asset, app)),
    ...app.loaded.stages.values(),
  ]
  const remote = all.filter(({ medium }) => medium !== undefined)
  return new Map(remote.map((stage) => [`${stage.name} ${stage.medium?.placement}`, stage]))
}

async function shakeHand(stage: AnyStage): Promise<RemoteReport> {
  const { name, medium } = stage
  if (!isMedium(medium)) throw new TypeError(`the medium of stage "${name}" was not made by createMedium`)
  const { way, offer } = await openWay(stage, medium)
  await way.close('drain')
  return { stage: name, placement: medium.placement, effects: offer.effects, maxRows: offer.limits.maxRows }
}
