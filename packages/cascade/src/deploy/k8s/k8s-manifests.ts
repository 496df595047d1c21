import { PipelineError } from '@redesmyn/core'
import { serveCommand, serverEnv, stageCommand, type StagePlace } from '../container-command.ts'
import type { DeployedApp } from '../deployed-app.ts'
import { nameOf, nameWithin } from '../object-name.ts'
import { jobManifests } from './job-manifests.ts'
import type { K8sOptions } from './k8s-options.ts'
import type { Manifest } from './manifest.ts'
import { serverManifests } from './server-manifests.ts'

/** Every stage has pods of its own, so that all may listen on the same port. */
const stagePort = 8081

/**
 * The objects that run an app on a cluster, the stages that run apart before those that call them. Throws CONFIG_INVALID
 * for names that cannot be, for what cannot be shared out, and for stages that nobody has
 * allowed to be called in plain text.
 */
export function k8sManifests(app: DeployedApp, options: K8sOptions): readonly Manifest[] {
  const name = nameOf(app, options.name)
  if (app.stagesApart.length > 0 && !options.isInsecure) throw unguarded(app.stagesApart)
  const places = app.stagesApart.map((stage): StagePlace => {
    return { stage, placement: 'host', url: `http://${nameWithin(name, stage)}:${stagePort}` }
  })
  const stages = app.stagesApart.flatMap((stage) => stageManifests(nameWithin(name, stage), { app, stage }, options))
  if (app.kind === 'made') return [...stages, ...jobManifests(app, options, { name, places })]
  const { port, drainMs } = app
  const env = serverEnv({ port, drainMs }, options.env)
  const server = { name, command: serveCommand(app, places), port, servicePort: 80, drainMs, env }
  return [...stages, ...serverManifests(server, options)]
}

function stageManifests(
  name: string,
  { app, stage }: { readonly app: DeployedApp; readonly stage: string },
  options: K8sOptions,
): readonly Manifest[] {
  const { drainMs } = app
  const command = [...stageCommand(app, stage, `http://0.0.0.0:${stagePort}`), '--insecure']
  const env = serverEnv({ drainMs }, options.env)
  return serverManifests({ name, command, port: stagePort, servicePort: stagePort, drainMs, env }, options)
}

function unguarded(stages: readonly string[]): PipelineError {
  const names = stages.map((stage) => `"${stage}"`).join(', ')
  const message = `${names} would be called in plain HTTP over the network of the cluster: expected --insecure, and a network policy that lets only their callers in`
  return new PipelineError('CONFIG_INVALID', message)
}
