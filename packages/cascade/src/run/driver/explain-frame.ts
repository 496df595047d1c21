import type { AnyAsset, AnySource, FrameAsset } from '../../graph/any-asset.ts'
import type { InputFiles } from '../../graph/frame/frame-task.ts'
import { formatOfFile, sourceFormatOf } from '../../source/source-formats.ts'
import type { OpenedApp } from '../app/open-app.ts'
import type { ExplainedPlan, ExplainedSource } from '../explain/explained-plan.ts'
import { parseShard } from '../options/shard.ts'
import { selectParts } from '../plan/select-parts.ts'
import type { RunOptions } from '../run-options.ts'
import { filesOfInput } from './files-of-input.ts'
import { framePlan } from './frame-plan.ts'
import { inspectPlanned } from './resume-state.ts'

/** What the making of a frame asset would do. `waitsFor`: what it is made of that is made before. */
export async function explainFrame(
  app: OpenedApp,
  asset: FrameAsset,
  options: RunOptions,
  waitsFor: readonly AnyAsset[],
): Promise<ExplainedPlan> {
  const { folder } = app.bundled
  const sources: ExplainedSource[] = []
  const inputs: Record<string, InputFiles> = {}
  for (const [key, input] of Object.entries(asset.inputs)) {
    const isThere = !waitsFor.some((other) => other === input)
    const paths = isThere ? (await filesOfInput(asset, input, folder)).paths : []
    const source = await explainSource(input, asset.takes?.[key] ?? input.schema, paths)
    inputs[key] = { format: source.format, options: {}, files: paths }
    sources.push(source)
  }
  const plan = framePlan({ app, options }, asset, inputs)
  const { publish = 'part' } = options
  const shard = options.shard === undefined ? undefined : parseShard(options.shard)
  const found = inspectPlanned({ plan, options, shard })
  const selected = selectParts(plan.parts, { ...(shard !== undefined && { shard }) })
  return {
    plan,
    kind: 'frame',
    sources,
    waitsFor: waitsFor.map(({ name }) => name),
    stages: [],
    publish,
    rejects: undefined,
    windows: undefined,
    openParts: selected.map(({ index }) => index).filter((index) => !found.committed.has(index)),
    resume: waitsFor.length > 0 ? { state: 'unknown' } : found.resume,
  }
}

async function explainSource(
  input: AnySource | AnyAsset,
  { fields }: AnySource['schema'],
  paths: readonly string[],
): Promise<ExplainedSource> {
  const { name, '~kind': kind } = input
  const format = input.format ?? formatOfFile(paths[0])
  const options = input['~kind'] === 'source' ? input.options : {}
  const reader = await sourceFormatOf(format)
  const files = await Promise.all(paths.map(async (path) => await reader.describe(path, options)))
  const skipsColumns = format === 'parquet' || format === 'arrow'
  return { name, kind, format, files, fields, fileColumns: files[0]?.columns?.length, skipsColumns }
}
