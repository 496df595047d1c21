import {
  type AnyStage,
  createRecordCheck,
  describeType,
  type Field,
  type QueueBounds,
  type RecordSchema,
} from '@redesmyn/core'
import { bundleApp } from '../app/bundle-app.ts'
import { type LoadedApp, loadApp } from '../app/load-app.ts'
import type { ServerConfig } from '../config/option-table.ts'
import type { ConfigOptions, Environment, ResolvedOption } from '../config/resolve-config.ts'
import { resolveSettings } from '../config/server-settings.ts'
import { readExamples } from '../thread/stage-examples.ts'
import { mountedEndpoints } from './mounted-endpoints.ts'

/** What an app module exports, as plain data. */
export interface AppReport {
  /** The source file. */
  readonly app: string
  /** The configuration file that was read; null where there is none. */
  readonly configFile: string | null
  /** Every option of the server as it would be used, with its source. */
  readonly config: readonly OptionReport[]
  readonly endpoints: readonly EndpointReport[]
  readonly stages: readonly StageReport[]
}

/** `value` is null where the option has none. */
export interface OptionReport extends Pick<ResolvedOption, 'name' | 'source' | 'place'> {
  readonly value: NonNullable<ServerConfig[keyof ServerConfig]> | null
}

export interface EndpointReport {
  readonly path: string
  /** In order. */
  readonly stages: readonly string[]
  readonly hasModels: boolean
}

export interface StageReport {
  readonly name: string
  /** `undefined`: any columns. */
  readonly input: readonly ColumnReport[] | undefined
  readonly output: readonly ColumnReport[] | undefined
  readonly threads: number
  readonly concurrency: number
  readonly batch: { readonly maxRows: number; readonly maxDelayMs: number }
  readonly queue: QueueBounds
}

export interface ColumnReport {
  readonly name: string
  readonly type: string
  readonly isNullable: boolean
}

/**
 * Bundles and loads an app and checks all that can be checked without serving it, its configuration too. Throws what
 * serving would throw; an app that is there for something else than serving `needs` no endpoint.
 */
export async function inspectApp(
  app: string | URL,
  options: ConfigOptions = {},
  env: Environment = process.env,
  needs: 'endpoints' | 'nothing' = 'endpoints',
): Promise<AppReport> {
  const settings = resolveSettings(app, options, env)
  const { url, sourcePath } = await bundleApp(app)
  const loaded = await loadApp(url, settings.stages)
  const hasNone = needs === 'nothing' && loaded.endpoints.length === 0
  const endpoints = hasNone ? [] : mountedEndpoints([], loaded)
  for (const stage of loaded.stages.values()) checkSchemas(stage, loaded)
  return {
    app: sourcePath,
    configFile: settings.filePath ?? null,
    config: settings.origins.map(({ value, ...origin }) => ({ ...origin, value: value ?? null })),
    endpoints: endpoints.map(({ path, stages, models }) => ({
      path,
      stages: stages.map(({ name }) => name),
      hasModels: models !== undefined,
    })),
    stages: [...loaded.stages.values()].map(reportStage),
  }
}

function checkSchemas(stage: AnyStage, { compile }: LoadedApp): void {
  const { input, output, config } = stage
  for (const schema of [input, output]) {
    if (schema !== undefined) createRecordCheck(schema, compile, { coerce: config.coerce })
  }
  readExamples(stage, compile)
}

function reportStage({ name, input, output, config }: AnyStage): StageReport {
  const { threads, concurrency, batch, queue } = config
  return {
    name,
    input: reportColumns(input),
    output: reportColumns(output),
    threads,
    concurrency,
    batch: { maxRows: batch.maxRows, maxDelayMs: batch.maxDelayMs },
    queue,
  }
}

function reportColumns(schema: RecordSchema | undefined): readonly ColumnReport[] | undefined {
  return schema?.fields.map((field: Field) => ({
    name: field.name,
    type: describeType(field.type),
    isNullable: field.isNullable,
  }))
}
