import { PipelineError } from '@redesmyn/core'
import type { DeployedApp, MadeAssets, ServedApp } from './deployed-app.ts'

/** Throws CONFIG_INVALID for assets. */
export function assertServed(app: DeployedApp): asserts app is ServedApp {
  if (app.kind === 'served') return
  throw new PipelineError('CONFIG_INVALID', `only endpoints can be deployed so, got the asset "${app.selection}"`)
}

/** Throws CONFIG_INVALID for what has no shards. */
export function assertHasShards({ assets }: MadeAssets): void {
  const names = assets.map(({ name }) => `"${name}"`).join(', ')
  if (assets.length > 1) {
    const message = `shards are those of one asset, got ${names}: write the jobs of each, and give them in this order`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  if (assets[0].kind === 'pipeline') return
  throw new PipelineError('CONFIG_INVALID', `${names} is made by one function over all rows: it has no shards`)
}
