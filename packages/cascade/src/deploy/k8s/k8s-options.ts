import type { EnvVariable } from '../container-command.ts'

/** What the objects of a cluster are told beside the app. */
export interface K8sOptions {
  readonly image: string
  /** Of the objects; undefined: after the app or the asset. */
  readonly name: string | undefined
  /** Undefined: the one that they are applied to. */
  readonly namespace: string | undefined
  /** Pods of a Deployment. */
  readonly replicas: number
  /** Shares of a run's parts, a pod each; 1: the whole in one pod. */
  readonly shards: number
  /** Shards at once; undefined: all. */
  readonly parallelism: number | undefined
  /** How often a shard is begun again after a failure that may pass. */
  readonly retries: number
  /** Folder in place of the asset's own. */
  readonly output: string | undefined
  /** Quantities as the cluster writes them: `2`, `500m`; `2Gi`. */
  readonly cpu: string
  readonly memory: string
  readonly volumes: readonly VolumeClaim[]
  readonly env: readonly EnvVariable[]
  /** Stages that run apart may be called in plain text over the cluster's network. */
  readonly isInsecure: boolean
}

/** A folder of every container: a claim that must be there. */
export interface VolumeClaim {
  readonly claim: string
  readonly path: string
}
