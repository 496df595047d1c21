import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { FrameAsset } from '../../graph/any-asset.ts'
import type { InputFiles } from '../../graph/frame/frame-task.ts'
import type { FileFacts } from '../../source/source-format.ts'
import { deepestFolder } from '../plan/deepest-folder.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { rejectsFolderName } from './asset-places.ts'
import type { RunSetting } from './run-setting.ts'

/** The plan of an asset that one function makes: all files of all its inputs, in one part. */
export function framePlan(
  { app, options }: Pick<RunSetting, 'app' | 'options'>,
  asset: FrameAsset,
  inputs: Readonly<Record<string, InputFiles>>,
): RunPlan {
  const given = Object.values(inputs)
  const files = given.flatMap(factsOf)
  const root = deepestFolder(files.map(({ path }) => dirname(path)))
  const byteLength = files.reduce((sum, file) => sum + file.byteLength, 0)
  const folder = options.output === undefined ? resolve(app.bundled.folder, asset.to) : resolve(options.output)
  return {
    asset: asset.name,
    codeVersion: asset.version ?? app.bundled.hash,
    input: { format: given[0]?.format ?? asset.format, options: {}, root, files, fields: [] },
    stages: [],
    output: {
      format: asset.format,
      options: asset.options,
      fields: asset.schema.fields,
      folder,
      rejectsFolder: join(folder, rejectsFolderName),
    },
    batchRows: 1,
    partRows: Number.MAX_SAFE_INTEGER,
    partBytes: Number.MAX_SAFE_INTEGER,
    parts: [{ index: 0, file: 0, range: wholeOf(byteLength), partition: {} }],
  }
}

function wholeOf(end: number): RunPlan['parts'][number]['range'] {
  return { kind: 'bytes', start: 0, end, firstRow: undefined, rowCount: undefined }
}

/** What files say without being opened. */
export function factsOf({ files }: InputFiles): readonly FileFacts[] {
  return files.map(factsOfFile)
}

function factsOfFile(path: string): FileFacts {
  const { size, mtimeMs } = statSync(path)
  const untold = { rowCount: undefined, groups: undefined, columns: undefined }
  return { path, byteLength: size, modifiedMs: Math.trunc(mtimeMs), ...untold, compression: 'none' }
}
