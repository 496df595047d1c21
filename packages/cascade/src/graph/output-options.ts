import { PipelineError } from '@redesmyn/core'
import type { FormatName } from '../source/source-format.ts'
import type { WriteOptions } from '../sink/sink-format.ts'
import type { AssetOutput } from './any-asset.ts'

/** Where an asset goes and how it is written. */
export interface OutputOptions {
  /** Default: the name of the export. */
  readonly name?: string
  /** A folder, which resolves against the module's. Each asset has one of its own. */
  readonly to: string
  /** Default `parquet`. */
  readonly format?: FormatName
  readonly options?: WriteOptions
  /** Where rows go that a stage rejects or that do not keep the schema, and how many there may be. */
  readonly onReject?: RejectOptions
  /** Says which code made it. Default: the hash of the module with all that it imports. */
  readonly version?: string
}

export interface RejectOptions {
  /** A folder, which resolves against the module's. Default: within the asset's own. */
  readonly to?: string
  /** Default: as many as there are. */
  readonly maxRows?: number
  /** Of the rows that were read, from 0 to 1. Default 1. */
  readonly maxRatio?: number
}

const formats: readonly FormatName[] = ['parquet', 'csv', 'ndjson', 'arrow']

/** Completes and checks what a user said of an asset's output. Throws CONFIG_INVALID. */
export function resolveOutput(
  owner: string,
  options: OutputOptions,
): Pick<AssetOutput, 'to' | 'format' | 'options' | 'rejects' | 'version'> {
  const { onReject = {}, version } = options
  const { maxRows = Number.POSITIVE_INFINITY, maxRatio = 1 } = onReject
  if (!(maxRows >= 0)) throw invalid(owner, 'onReject.maxRows', 'a number >= 0', maxRows)
  if (!(maxRatio >= 0 && maxRatio <= 1)) throw invalid(owner, 'onReject.maxRatio', 'from 0 to 1', maxRatio)
  if (version !== undefined && (typeof version !== 'string' || version === '')) {
    throw invalid(owner, 'version', 'a text', version)
  }
  return {
    to: checkFolder(owner, 'to', options.to),
    format: checkFormat(owner, options.format ?? 'parquet'),
    options: Object.freeze({ ...options.options }),
    rejects: Object.freeze({
      to: onReject.to === undefined ? undefined : checkFolder(owner, 'onReject.to', onReject.to),
      maxRows,
      maxRatio,
    }),
    version,
  }
}

/** Throws CONFIG_INVALID for a format that there is not. */
export function checkFormat(owner: string, format: FormatName): FormatName {
  if (formats.includes(format)) return format
  throw invalid(owner, 'format', formats.map((name) => `"${name}"`).join(' or '), format)
}

function checkFolder(owner: string, option: string, folder: string): string {
  if (typeof folder === 'string' && folder !== '') return folder
  throw invalid(owner, option, 'the path of a folder', folder)
}

function invalid(owner: string, option: string, expected: string, received: unknown): PipelineError {
  const shown = typeof received === 'string' ? `"${received}"` : String(received)
  return new PipelineError('CONFIG_INVALID', `${option} of ${owner} must be ${expected}, got ${shown}`)
}
