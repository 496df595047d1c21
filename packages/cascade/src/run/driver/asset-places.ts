import { join, resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { PipelineAsset } from '../../graph/any-asset.ts'
import { formatOfFile } from '../../source/source-formats.ts'
import type { FormatName } from '../../source/source-format.ts'
import { assertPath } from '../plan/assert-path.ts'
import { type FoundFiles, findFiles } from '../plan/find-files.ts'
import type { RunOptions } from '../run-options.ts'

/** What stands for stdin and stdout. */
export const streamPath = '-'

/** Formats that are read from their end, or by their parts: a stream has neither. */
const fileFormats: { readonly [Way in 'read' | 'written']: readonly FormatName[] } = {
  read: ['parquet', 'arrow'],
  written: ['parquet'],
}

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
  if (given?.includes(streamPath)) {
    assertStreams(formatOfInput({ input }, options), 'read')
    return { root: '', paths: [streamPath] }
  }
  if (given !== undefined) return await findFiles(given, cwd)
  return await findFiles(input['~kind'] === 'source' ? input.from : [resolve(folder, input.to)], folder)
}

/** Undefined: by the names of the files. */
export function formatOfInput(
  { input }: Pick<PipelineAsset, 'input'>,
  { input: given }: RunOptions,
): FormatName | undefined {
  if (input['~kind'] === 'asset' || input.format !== undefined) return input.format
  return given?.includes(streamPath) ? formatOfFile(input.from[0]) : undefined
}

/** Absolute, or `-`. Throws CONFIG_INVALID for a URL, and for a format that no stream has. */
export function outputFolder(asset: PipelineAsset, options: RunOptions, { folder, cwd }: AssetPlaces): string {
  if (options.output === streamPath) {
    assertStreams(asset.format, 'written')
    return streamPath
  }
  assertPath(options.output ?? asset.to, `the output of "${asset.name}"`)
  return options.output === undefined ? resolve(folder, asset.to) : resolve(cwd, options.output)
}

function assertStreams(format: FormatName | undefined, way: 'read' | 'written'): void {
  if (format === undefined || !fileFormats[way].includes(format)) return
  const message = `"${streamPath}" is a stream, and "${format}" is ${way} only as files`
  throw new PipelineError('CONFIG_INVALID', message, { details: { format } })
}

/** Absolute. Rejects stay with an output that is put somewhere else. */
export function rejectFolder(asset: PipelineAsset, options: RunOptions, places: AssetPlaces): string {
  const { to } = asset.rejects
  const isMoved = options.output !== undefined && options.output !== streamPath
  if (to !== undefined) assertPath(to, `the folder of rejects of "${asset.name}"`)
  if (to !== undefined && !isMoved) return resolve(places.folder, to)
  const output = outputFolder(asset, options, places)
  return join(output === streamPath ? resolve(places.folder, asset.to) : output, rejectsFolderName)
}
