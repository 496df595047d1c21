import { resolve } from 'node:path'
import { describeType, type Field } from '@redesmyn/core'
import type { AnyAsset, AnySource } from '../../graph/any-asset.ts'
import { inputsOf } from '../../graph/inputs-of.ts'
import { formatOfFile, sourceFormatOf } from '../../source/source-formats.ts'
import type { OpenedApp } from '../app/open-app.ts'
import type { AssetInput, AssetReport } from '../asset-report.ts'
import { isOutput } from '../commit/output-files.ts'
import { assertColumns } from '../plan/assert-columns.ts'
import { findFiles } from '../plan/find-files.ts'
import { readColumns } from '../read/read-columns.ts'

/** An asset as plain data, its input's files looked at. Throws what a run would throw before it reads rows. */
export async function reportAsset({ bundled }: OpenedApp, asset: AnyAsset): Promise<AssetReport> {
  const inputs = await Promise.all(
    inputsOf(asset).map(async (input) => await reportInput(input, wantedOf(asset, input), bundled.folder)),
  )
  return {
    name: asset.name,
    kind: asset.kind,
    inputs,
    stages: asset.kind === 'pipeline' ? asset.stages.map(({ name }) => name) : [],
    columns: asset.schema.fields.map(({ name, type, isNullable }) => ({ name, type: describeType(type), isNullable })),
    folder: resolve(bundled.folder, asset.to),
    format: asset.format,
  }
}

/** Stages take some of the columns, a function over frames has all. */
function wantedOf(asset: AnyAsset, input: AnySource | AnyAsset): readonly Field[] {
  return asset.kind === 'pipeline' ? readColumns(asset).fields : input.schema.fields
}

async function reportInput(input: AnySource | AnyAsset, wanted: readonly Field[], folder: string): Promise<AssetInput> {
  const { name, '~kind': kind } = input
  if (input['~kind'] === 'asset' && !isOutput(resolve(folder, input.to))) {
    return { name, kind, files: undefined, rowCount: undefined }
  }
  const patterns = input['~kind'] === 'source' ? input.from : [input.to]
  const { paths } = await findFiles(patterns, folder)
  const format = await sourceFormatOf(input.format ?? formatOfFile(paths[0]))
  const options = input['~kind'] === 'source' ? input.options : {}
  const facts = await Promise.all(paths.map(async (path) => await format.describe(path, options)))
  for (const file of facts) assertColumns(file, wanted)
  const byteLength = facts.reduce((sum, file) => sum + file.byteLength, 0)
  const counts = facts.map(({ rowCount }) => rowCount)
  const isKnown = counts.every((count) => count !== undefined)
  return {
    name,
    kind,
    files: { count: paths.length, byteLength },
    rowCount: isKnown ? counts.reduce((sum, count) => sum + count, 0) : undefined,
  }
}
