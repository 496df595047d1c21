export { type ExitCode, exitCodes } from './cli/exit-codes.ts'

// between
export type { AppOptions } from './between/app.ts'
export { between } from './between/betweens.ts'
export type { ContainerAddress, ContainerOptions } from './between/container.ts'
export type { HostOptions } from './between/host.ts'
export type { HttpPlaceOptions } from './between/http-place.ts'
export type { MemberStats } from './between/member.ts'
export type { InstanceUrls } from './between/membership.ts'
export type { RemoteOptions, RemoteRetryOptions } from './between/remote-config.ts'
export type { RemoteStats } from './between/remote-stats.ts'

// handoff
export type {
  Between,
  CallContext,
  CallReject,
  Carried,
  Credit,
  Guarantees,
  Reply,
} from './handoff/between.ts'
export { compose } from './handoff/compose.ts'
export {
  assertAgrees,
  type Contract,
  type ContractColumns,
  type ContractLimits,
  contractOf,
  type ContractTerms,
} from './handoff/contract.ts'
export { createMedium, type MediumOptions } from './handoff/create-medium.ts'
export { CreditWindow } from './handoff/credit-window.ts'
export { handoff } from './handoff/handoff.ts'
export { invoke } from './handoff/invoke.ts'
export type { Medium, OpenOptions } from './handoff/medium.ts'
export { pipelineHash, pipelinePlan, type PipelinePlan, type PlannedStep } from './handoff/pipeline-plan.ts'

// stage-server
export { StageServer, type StageServerOptions } from './stage-server/stage-server.ts'

// partition
export { partitioned, type PartitionOptions } from './partition/partitioned.ts'
export type { PartitionedPipeline, PartitionedStage, Splitting } from './partition/partitioned-service.ts'

// graph
export {
  asset,
  type Asset,
  type FrameAssetOptions,
  type ModelledAssetOptions,
  type PartOptions,
  type PipelineAssetOptions,
} from './graph/asset.ts'
export type { AnyAsset, AnySource, AssetContext, FrameAsset, PipelineAsset } from './graph/any-asset.ts'
export { findAssets } from './graph/find-assets.ts'
export { graphAsset, type GraphAssetOptions } from './graph/graph-asset.ts'
export type { GraphReport, AssetOutcome } from './graph/graph-report.ts'
export type { GraphValue } from './graph/graph-value.ts'
export type { FrameOutput, FramesOf, MakeFrame } from './graph/make-frame.ts'
export {
  op,
  type FrameOp,
  type FrameOpOptions,
  type PipelineOpOptions,
  type RowOp,
  type RowOpOptions,
} from './graph/op.ts'
export type { OutputOptions, RejectOptions } from './graph/output-options.ts'
export { runGraph, type GraphContext, type GraphRun } from './graph/run-graph.ts'
export { selectAssets } from './graph/select-assets.ts'
export { source, type Source, type SourceOptions } from './graph/source.ts'
export { TypedDataFrame } from './graph/typed-data-frame.ts'
