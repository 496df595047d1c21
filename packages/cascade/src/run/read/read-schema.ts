import { type Compile, PipelineError, type RecordSchema } from '@redesmyn/core'
import { importAssets } from '../app/import-assets.ts'
import { readColumns } from './read-columns.ts'
import type { ReadTask } from './read-messages.ts'

/** What a thread must import of the app to read its rows: a schema with its constraints cannot be sent. */
export async function readSchemaOf(
  task: ReadTask,
): Promise<{ readonly schema: RecordSchema; readonly compile: Compile }> {
  const { assets, compile } = await importAssets(task.appUrl)
  const asset = assets.get(task.asset)
  if (asset?.kind === 'pipeline')
    return { schema: task.isRetry ? withoutStrictness(readColumns(asset)) : readColumns(asset), compile }
  throw new PipelineError('INTERNAL', `a reader was asked for the input of "${task.asset}", which is not in the app`)
}

function withoutStrictness(schema: RecordSchema): RecordSchema {
  if (!schema.isStrict) return schema
  const json = Object.assign({}, schema.json, { additionalProperties: true })
  return { ...schema, json, isStrict: false }
}
