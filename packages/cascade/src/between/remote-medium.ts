import { type AnyStage, assertReachable, type Clock, PipelineError, type Placement } from '@redesmyn/core'
import { systemClock } from '@redesmyn/worker'
import { contractOf } from '../handoff/contract.ts'
import { createMedium } from '../handoff/create-medium.ts'
import type { Medium, OpenOptions } from '../handoff/medium.ts'
import type { Instance } from './instance.ts'
import type { InstanceUrls } from './membership.ts'
import { RemoteBetween, remoteGuarantees } from './remote-between.ts'
import type { RemoteConfig } from './remote-config.ts'

/** What differs between the placements of a stage in another process. */
export interface RemotePlace<P extends Placement> {
  readonly placement: P
  readonly config: RemoteConfig
  readonly urls: InstanceUrls
  readonly connect: (target: InstanceTarget) => Instance
}

export interface InstanceTarget {
  readonly url: string
  /** Of the stage. */
  readonly stage: string
  readonly clock: Clock
}

export function remoteMedium<P extends Placement>(place: RemotePlace<P>): Medium<P> {
  return createMedium({
    placement: place.placement,
    guarantees: remoteGuarantees,
    maxCalls: place.config.maxCalls,
    open: (stages: readonly AnyStage[], options: OpenOptions = {}) => openRemote(place, stages, options),
  })
}

function openRemote<P extends Placement>(
  { placement, config, urls, connect }: RemotePlace<P>,
  stages: readonly AnyStage[],
  { clock = systemClock(), random = Math.random, maxBytes = config.maxBytes }: OpenOptions,
): RemoteBetween<P> {
  const stage = onlyOf(stages, placement)
  assertReachable(stage, placement)
  return new RemoteBetween({
    placement,
    want: contractOf([stage], { version: '1', limits: { maxRows: stage.config.batch.maxRows, maxBytes } }),
    urls,
    connect: (url) => connect({ url, stage: stage.name, clock }),
    config: Object.freeze({ ...config, maxBytes }),
    clock,
    random,
  })
}

/** Its process offers each stage by its own name. */
function onlyOf(stages: readonly AnyStage[], placement: Placement): AnyStage {
  if (stages.length === 1) return stages[0]
  const names = stages.map(({ name }) => `"${name}"`).join(', ')
  throw new PipelineError(
    'BETWEEN_UNSUPPORTED',
    `one stage at a time is called over placement "${placement}", got ${names || 'none'}`,
    { details: { between: placement } },
  )
}
