/** What is to run in containers, as far as their definitions depend on it. */
export type DeployedApp = ServedApp | MadeAssets

/** An app whose endpoints answer requests. */
export interface ServedApp extends DeployedModule {
  readonly kind: 'served'
  /** That its container listens on. */
  readonly port: number
}

/** Assets of an app that a run makes. */
export interface MadeAssets extends DeployedModule {
  readonly kind: 'made'
  /** In order. */
  readonly assets: readonly MadeAsset[]
  /** What stands behind the `#` of the command. */
  readonly selection: string
}

export interface MadeAsset {
  readonly name: string
  readonly kind: 'pipeline' | 'frame'
  /** As `cascade commit` finds it from the folder that the containers start in. */
  readonly folder: string
}

interface DeployedModule {
  /** Path of the module as it was given: in the image it is the same, from the folder that containers start in. */
  readonly app: string
  /** For what was accepted to be answered, once a container is stopped. */
  readonly drainMs: number
  /** Names of the stages that run in containers of their own, in the order of the app. */
  readonly stagesApart: readonly string[]
}
