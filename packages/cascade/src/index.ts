export { type ExitCode, exitCodes } from './cli/exit-codes.ts'

// graph
export {
  asset,
  type Asset,
  type FrameAssetOptions,
  type PartOptions,
  type PipelineAssetOptions,
} from './graph/asset.ts'
export { graphAsset } from './graph/graph-asset.ts'
export { op } from './graph/op.ts'
export { source, type Source, type SourceOptions } from './graph/source.ts'
export { TypedDataFrame } from './graph/typed-data-frame.ts'
