import { dirname, isAbsolute, posix } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import { type Environment, inspectApp, resolveConfig } from '@redesmyn/worker'
import type { AnyAsset } from '../graph/any-asset.ts'
import { selectAssets } from '../graph/select-assets.ts'
import { openApp } from '../run/app/open-app.ts'
import { stagesOfRun } from '../run/app/stages-of-run.ts'
import { findRunConfig } from '../run/options/find-run-config.ts'
import type { DeployedApp, MadeAsset } from './deployed-app.ts'
import { findStagesApart } from './stages-apart.ts'

/** What is to be deployed, as a command names it. */
export interface DeployRequest {
  readonly app: string
  /** Behind the `#`; undefined: the endpoints. */
  readonly selection: string | undefined
  /** Of the configuration file beside the app. */
  readonly profile: string | undefined
  /** Stages that get a container of their own, beside those that run elsewhere anyway. */
  readonly stages: readonly string[]
  /** In place of what the configuration file says, or the default. */
  readonly port: number | undefined
  readonly drainMs: number | undefined
}

/** That of this process says nothing: containers have another one. */
const noEnv: Environment = {}

/**
 * Loads the app and checks what serving or running it would check before it begins. Throws CONFIG_INVALID and what
 * `inspectApp` throws.
 */
export async function readApp(request: DeployRequest): Promise<DeployedApp> {
  const { app, selection, stages: asked } = request
  const profile = request.profile === undefined ? {} : { profile: request.profile }
  const file = findRunConfig(app, profile, noEnv)
  const opened = await openApp({ app, stages: file?.stages ?? [], places: file?.places ?? [] })
  const { loaded, assets } = opened
  const { port, drainMs } = resolveConfig({ port: request.port, drainMs: request.drainMs }, noEnv, file)
  const names = { asked, known: [...loaded.stages.keys()] }
  if (selection !== undefined) {
    const selected = selectAssets(assets, [selection])
    const stages = selected.flatMap((asset) => (asset.kind === 'pipeline' ? stagesOfRun(asset, opened) : []))
    const described = selected.map((asset) => describeAsset(asset, app))
    return { kind: 'made', app, drainMs, stagesApart: findStagesApart(stages, names), selection, assets: described }
  }
  if (loaded.endpoints.length === 0 && assets.size > 0) throw unselected(app, [...assets.keys()])
  await inspectApp(app, profile, noEnv)
  if (port === 0) throw new PipelineError('CONFIG_INVALID', 'a container listens on a port that is known, got 0')
  const stages = loaded.endpoints.flatMap((endpoint) => endpoint.stages)
  return { kind: 'served', app, port, drainMs, stagesApart: findStagesApart(stages, names) }
}

function unselected(app: string, names: readonly string[]): PipelineError {
  const commands = names.map((name) => `${app}#${name}`).join(', ')
  return new PipelineError('CONFIG_INVALID', `the app exports no endpoint, but assets: expected ${commands}`)
}

function describeAsset({ name, kind, to }: AnyAsset, app: string): MadeAsset {
  const folder = isAbsolute(to) ? to : posix.join(dirname(app), to)
  return { name, kind, folder: folder.replace(/(?<=.)\/+$/, '') }
}
