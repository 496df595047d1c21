// config
export { type ConfigOptions, type Environment, readFlag, resolveConfig } from './config/resolve-config.ts'
export type { OptionSpec, OptionUnit } from './config/option-spec.ts'
export {
  envOf,
  flagOf,
  isOptionName,
  type OptionName,
  optionNames,
  type OptionTable,
  optionTable,
  type ServerConfig,
} from './config/option-table.ts'

// server
export { exitOnSignals, type SignalHost, type Stoppable, type StopSignal } from './server/exit-on-signals.ts'
export { type AppReport, inspectApp, type StageReport } from './server/inspect-app.ts'
export type { LifecycleState, StopOptions, StopReport } from './server/lifecycle.ts'
export { serve } from './server/serve.ts'
export { Server, type ServerOptions } from './server/server.ts'
export type { ServerAddress } from './server/server-address.ts'

// model
export { modelCache } from '@redesmyn/core'
export { fsStore } from './model/fs-store.ts'
