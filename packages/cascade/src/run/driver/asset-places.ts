import { join, resolve } from 'node:path'
import type { PipelineAsset } from '../../graph/any-asset.ts'
import { formatOfFile } from '../../source/source-formats.ts'
import type { FormatName } from '../../source/source-format.ts'
import { type FoundFiles, findFiles } from '../plan/find-files.ts'
import type { RunOptions } from '../run-options.ts'

/** What stands for stdin and stdout. */
export const streamPath = '-'

/** Within an output; what begins with `_` is nobody's data. */
export const rejectsFolderName = '_rejected'

/** Where an asset's rows come from and where they go: what it says itself resolves against its module, flags against `cwd`. */
export interface AssetPlaces {
  /** The folder of the app module. */
  readonly folder: string
  readonly cwd: string
}

/** Throws CONFIG_INVALID for a pattern that no file matches. */
export async function findInput(
  { input }: PipelineAsset,
  options: RunOptions,
  { folder, cwd }: AssetPlaces,
): Promise<FoundFiles> {
  const given = options.input
  if (given?.includes(streamPath)) return { root: '', paths: [streamPath] }
  if (given !== undefined) return await findFiles(given, cwd)
  return await findFiles(input['~kind'] === 'source' ? input.from : [resolve(folder, input.to)], folder)
}

/** Undefined: by the names of the files. */
export function formatOfInput({ input }: PipelineAsset, { input: given }: RunOptions): FormatName | undefined {
  if (input['~kind'] === 'asset' || input.format !== undefined) return input.format
  return given?.includes(streamPath) ? formatOfFile(input.from[0]) : undefined
}

/** Absolute, or `-`. */
export function outputFolder(asset: PipelineAsset, options: RunOptions, { folder, cwd }: AssetPlaces): string {
  if (options.output === streamPath) return streamPath
  return options.output === undefined ? resolve(folder, asset.to) : resolve(cwd, options.output)
}

/** Absolute. Rejects stay with an output that is put somewhere else. */
export function rejectFolder(asset: PipelineAsset, options: RunOptions, places: AssetPlaces): string {
  const { to } = asset.rejects
  const isMoved = options.output !== undefined && options.output !== streamPath
  if (to !== undefined && !isMoved) return resolve(places.folder, to)
  const output = outputFolder(asset, options, places)
  return join(output === streamPath ? resolve(places.folder, asset.to) : output, rejectsFolderName)
}
