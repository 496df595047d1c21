// config
export {
  type ConfigOptions,
  type Environment,
  readFlag,
  resolveConfig,
  type ResolvedOption,
} from './config/resolve-config.ts'
export { type ConfigFile, readConfigFile } from './config/config-file.ts'
export { resolveSettings, type ServerSettings } from './config/server-settings.ts'
export type { SidecarSpec } from './config/sidecar-spec.ts'
export { findSettings } from './config/find-settings.ts'
export { resolvePlaces, type StagePlace } from './config/stage-places.ts'
export type { Mapping } from './config/mapping.ts'
export {
  choice as choiceOption,
  formatBytes,
  type OptionSpec,
  type OptionUnit,
  text as textOption,
  wholeNumber as wholeNumberOption,
} from './config/option-spec.ts'
export {
  defaultTextOf,
  envOf,
  flagOf,
  isOptionName,
  type OptionName,
  optionNames,
  type OptionTable,
  optionTable,
  rangeTextOf,
  type ServerConfig,
} from './config/option-table.ts'

// server
export { dryRun, type DryRunReport, type EndpointRun } from './server/dry-run.ts'
export { closeGraceMs, endGraceMs, endServing, type ServedWork, type ServerCompanions } from './server/end-serving.ts'
export {
  exitOnSignals,
  type HostSignal,
  type SignalHost,
  type Stoppable,
  type StopSignal,
} from './server/exit-on-signals.ts'
export { type AppReport, inspectApp, type StageReport } from './server/inspect-app.ts'
export {
  type DrainOptions,
  Lifecycle,
  type LifecycleState,
  type LifecycleSteps,
  type StopOptions,
  type StopReport,
} from './server/lifecycle.ts'
export { type Observation, type ObservationParts, openObservation } from './server/observation.ts'
export { serve } from './server/serve.ts'
export { Server, type ServerOptions } from './server/server.ts'
export { Sidecars, type SidecarsHost } from './server/sidecars.ts'
export type { ServerAddress } from './server/server-address.ts'

// thread
export { easeThreadHeaps } from './thread/thread-heaps.ts'
export { systemClock } from './thread/system-clock.ts'

// memory
export { releaseOnce } from './memory/release-once.ts'

// observe
export { emit, type EventFacts } from './observe/event-table.ts'
export { createLogger, type Logger, type LoggerOptions, prettyLines, startWithLogger } from './observe/logger.ts'
export { LogHistogram } from './observe/log-histogram.ts'
export { MemorySpans } from './observe/trace/memory-spans.ts'
export type { SpanExporter, SpanLink, TraceSpan } from './observe/trace/span-exporter.ts'

// model
export { modelCache } from '@redesmyn/core'
export { fsStore } from './model/fs-store.ts'

// app
export { isMain } from './app/is-main.ts'
export { type BundledApp, bundleApp } from './app/bundle-app.ts'
export { type LoadedApp, loadApp } from './app/load-app.ts'
export { overMedia, type ReadPlace, withPlaces } from './app/with-places.ts'

// http
export { listenError } from './http/listen-error.ts'
export { refuseOnSocket } from './http/node/refuse-request.ts'
export { msgpack } from './http/codec/msgpack.ts'
export { parseExactJson } from './http/parse-exact-json.ts'

// interop
export { batchViews } from './interop/batch-views.ts'
export { onnxHandler, type OnnxHandlerOptions } from './interop/onnx-handler.ts'
export {
  OnnxModel,
  onnxModel,
  type OnnxOptions,
  type OnnxTensor,
  type OnnxTensors,
  type OnnxValueInfo,
} from './interop/onnx-model.ts'

// run
export type { BatchCall, BatchOutput, BatchPipeline, RejectedRow } from './run/batch-pipeline.ts'
export type { RunModels } from './run/run-models.ts'
export { type BatchPipelineOptions, openBatchPipeline } from './run/open-batch-pipeline.ts'
export { leastLeftMs } from './run/least-left.ts'
export type { RowBlock } from './run/row-block.ts'
export { type CallMetrics, renderCallMetrics, type StageCalls } from './run/call-metrics.ts'
export { type EdgeCounts, renderRunMetrics, type RunMetrics } from './run/run-metrics.ts'
export type { StageStats } from './pipeline/stage-stats.ts'
