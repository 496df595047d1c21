import type { AnyAsset } from '../../graph/any-asset.ts'
import { upstreamOf } from '../../graph/inputs-of.ts'
import type { OpenedApp } from '../app/open-app.ts'
import type { ExplainedPlan } from '../explain/explained-plan.ts'
import type { RunOptions } from '../run-options.ts'
import { explainFrame } from './explain-frame.ts'
import { explainPipeline } from './explain-pipeline.ts'

/** What a run of assets would do, which are in the order in which they are made. Reads metadata, no rows; writes nothing. */
export async function explainAssets(
  app: OpenedApp,
  assets: readonly AnyAsset[],
  options: RunOptions,
): Promise<readonly ExplainedPlan[]> {
  const toMake = new Set<AnyAsset>()
  const plans: ExplainedPlan[] = []
  for (const asset of assets) {
    // Files that are named with the command stand in the place of those that an asset is made of.
    const isGiven = asset.kind === 'pipeline' && options.input !== undefined
    const waitsFor = isGiven ? [] : upstreamOf(asset).filter((other) => toMake.has(other))
    const plan =
      asset.kind === 'pipeline'
        ? await explainPipeline(app, asset, options, waitsFor)
        : await explainFrame(app, asset, options, waitsFor)
    if (plan.resume.state !== 'complete') toMake.add(asset)
    plans.push(plan)
  }
  return plans
}
