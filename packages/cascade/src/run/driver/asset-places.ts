import { join, resolve } from 'node:path'
import { PipelineError } from '@redesmyn/core'
import type { AnyAsset, PipelineAsset } from '../../graph/any-asset.ts'
import { formatOfFile } from '../../source/source-formats.ts'
import type { FormatName } from '../../source/source-format.ts'
import { assertPath } from '../plan/assert-path.ts'
import { type FoundFiles, findFiles } from '../plan/find-files.ts'
import type { RunOptions } from '../run-options.ts'
import { filesOfInput } from './files-of-input.ts'

/** What stands for stdin and stdout. */
export const streamPath = '-'

/** Formats that have their index at their end: a stream cannot be read from there, nor go back to where it has begun. */
const fileFormats: readonly FormatName[] = ['parquet']

/** Within an output; what begins with `_` is nobody's data. */
export const rejectsFolderName = '_rejected'

/** Where an asset's rows come from and where they go: what it says itself resolves against its module, flags against `cwd`. */
export interface AssetPlaces {
  /** The folder of the app module. */
  readonly folder: string
  readonly cwd: string
}

/** Throws CONFIG_INVALID for a pattern that no file matches, and for an asset that was not made. */
export async function findInput(
  asset: PipelineAsset,
  options: RunOptions,
  { folder, cwd }: AssetPlaces,
): Promise<FoundFiles> {
  const given = options.input
  if (given?.includes(streamPath)) {
    assertStreams(formatOfInput(asset, options), 'read')
    return { root: '', paths: [streamPath] }
  }
  if (given !== undefined) return await findFiles(given, cwd)
  return await filesOfInput(asset, asset.input, folder)
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
export function outputFolder(asset: AnyAsset, options: RunOptions, { folder, cwd }: AssetPlaces): string {
  if (options.output === streamPath) {
    assertStreams(asset.format, 'written')
    return streamPath
  }
  assertPath(options.output ?? asset.to, `the output of "${asset.name}"`)
  return options.output === undefined ? resolve(folder, asset.to) : resolve(cwd, options.output)
}

function assertStreams(format: FormatName | undefined, way: 'read' | 'written'): void {
  if (format === undefined || !fileFormats.includes(format)) return
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

/** Throws CONFIG_INVALID where flags name a place that assets cannot have: one output for several, a stream for a frame. */
export function assertOwnPlaces(assets: readonly AnyAsset[], { input, output }: RunOptions): void {
  if (output !== undefined && assets.length > 1) {
    const names = assets.map(({ name }) => `"${name}"`).join(', ')
    const message = `--output takes one asset, ${assets.length} are selected: ${names}; name one of them, as in flow.ts#${assets[0].name}`
    throw new PipelineError('CONFIG_INVALID', message)
  }
  const frame = assets.find(({ kind }) => kind === 'frame')
  if (frame === undefined) return
  if (input !== undefined) throw notOfFrame(frame, '--input', 'the inputs that it names')
  if (output === streamPath) throw notOfFrame(frame, '--output -', 'a folder')
}

function notOfFrame({ name }: AnyAsset, flag: string, expected: string): PipelineError {
  const message = `asset "${name}" is one function over whole frames, expected ${expected} and not ${flag}`
  return new PipelineError('CONFIG_INVALID', message)
}
