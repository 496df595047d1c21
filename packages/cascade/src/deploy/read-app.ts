import { dirname, isAbsolute, posix } from 'node:path'
import { type Endpoint, PipelineError } from '@redesmyn/core'
import { inspectApp, resolveConfig } from '@redesmyn/worker'
import type { AnyAsset } from '../graph/any-asset.ts'
import { selectAssets } from '../graph/select-assets.ts'
import { openApp } from '../run/app/open-app.ts'
import { findRunConfig } from '../run/options/find-run-config.ts'
import type { DeployedApp, MadeAsset } from './deployed-app.ts'
import { findStagesApart } from './stages-apart.ts'

/** What is to be deployed, as a command names it. */
export interface DeployRequest {
  readonly app: string
  /** Behind the `#`; undefined: the endpoints. */
  readonly selection: string | undefined
  /** Stages that get a container of their own, beside those that the app's handoffs place elsewhere. */
  readonly stages: readonly string[]
  /** In place of what the configuration file beside the app says, or the default. */
  readonly port?: number
  readonly drainMs?: number
}

/**
 * Loads the app and checks what serving or running it would check before it begins. The environment of this process says
 * nothing: that of the containers is another one. Throws CONFIG_INVALID and what `inspectApp` throws.
 */
export async function readApp(request: DeployRequest): Promise<DeployedApp> {
  const { app, selection, stages: asked } = request
  const file = findRunConfig(app, undefined, {})
  const { loaded, assets } = await openApp(app, file?.stages ?? [])
  const { port, drainMs } = resolveConfig({ port: request.port, drainMs: request.drainMs }, {}, file)
  const known = [...loaded.stages.keys()]
  if (selection !== undefined) {
    const selected = selectAssets(assets, [selection])
    const stagesApart = findStagesApart(selected.flatMap(roadOf), { asked, known })
    return {
      kind: 'made',
      app,
      drainMs,
      stagesApart,
      selection,
      assets: selected.map((one) => describeAsset(one, app)),
    }
  }
  if (loaded.endpoints.length === 0 && assets.size > 0) throw unselected(app, [...assets.keys()])
  await inspectApp(app, {}, {})
  if (port === 0) throw new PipelineError('CONFIG_INVALID', 'a container listens on a port that is known, got 0')
  return { kind: 'served', app, port, drainMs, stagesApart: findStagesApart(loaded.endpoints, { asked, known }) }
}

function unselected(app: string, names: readonly string[]): PipelineError {
  const commands = names.map((name) => `${app}#${name}`).join(', ')
  return new PipelineError('CONFIG_INVALID', `the app exports no endpoint, but assets: expected ${commands}`)
}

function roadOf(asset: AnyAsset): readonly Pick<Endpoint, 'stages' | 'placements'>[] {
  return asset.kind === 'pipeline' ? [asset] : []
}

function describeAsset({ name, kind, to }: AnyAsset, app: string): MadeAsset {
  return { name, kind, folder: (isAbsolute(to) ? to : posix.join(dirname(app), to)).replace(/(?<=.)\/+$/, '') }
}
