import { assertHasShards } from '../assert-kind.ts'
import { commitCommand, runCommand, type StagePlace } from '../container-command.ts'
import type { MadeAssets } from '../deployed-app.ts'
import { nameWithin } from '../object-name.ts'
import type { K8sOptions } from './k8s-options.ts'
import { type Manifest, metadataOf } from './manifest.ts'
import { podTemplate } from './pod-template.ts'

/** Codes of a run after which the same command would end the same way: usage, rejects, schemas, memory. */
const finalExitCodes = [2, 3, 4, 7]

/** The cluster puts the pod's number in, from 0, wherever a command names it. */
const shardIndex = '$(JOB_COMPLETION_INDEX)'

const containerName = 'run'

/**
 * A Job with a pod for each shard, and one that commits, suspended until the first has ended. A run that is not shared
 * out commits by itself. Throws CONFIG_INVALID for what cannot be shared out.
 */
export function jobManifests(
  app: MadeAssets,
  options: K8sOptions,
  { name, places }: { readonly name: string; readonly places: readonly StagePlace[] },
): readonly Manifest[] {
  const { shards, output } = options
  const ofRun = { places, ...(output !== undefined && { output }) }
  if (shards === 1) return [indexedJob(name, runCommand(app, ofRun), options)]
  assertHasShards(app)
  const shard = `${shardIndex}+1/${shards}`
  return [
    indexedJob(name, runCommand(app, { ...ofRun, shard }), options),
    commitJob(nameWithin(name, 'commit'), commitCommand(output ?? app.assets[0].folder), options),
  ]
}

function indexedJob(name: string, command: readonly string[], options: K8sOptions): Manifest {
  const { shards, parallelism, retries, env } = options
  const container = { name: containerName, command, ...(env.length > 0 && { env }) }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(name, options),
    spec: {
      completionMode: 'Indexed',
      completions: shards,
      parallelism: Math.min(parallelism ?? shards, shards),
      backoffLimitPerIndex: retries,
      podFailurePolicy: {
        rules: [
          // A pod that the cluster itself took away has not failed.
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
          { action: 'FailIndex', onExitCodes: { containerName, operator: 'In', values: finalExitCodes } },
        ],
      },
      template: podTemplate({ name, container, spec: { restartPolicy: 'Never' } }, options),
    },
  }
}

function commitJob(name: string, command: readonly string[], options: K8sOptions): Manifest {
  const { env } = options
  const container = { name: 'commit', command, ...(env.length > 0 && { env }) }
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: metadataOf(name, options),
    spec: {
      // Parts are missing until the last shard has ended.
      suspend: true,
      backoffLimit: options.retries,
      template: podTemplate({ name, container, spec: { restartPolicy: 'Never' } }, options),
    },
  }
}
