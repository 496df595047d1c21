import { PipelineError, type StageOverride } from '@redesmyn/core'
import { isMapping } from './mapping.ts'
import { parseNumber } from './option-spec.ts'

/** Reads `stages` of a configuration file; the stages check what they are given. Throws CONFIG_INVALID. */
export function readStageOverrides(given: unknown, place: string): readonly StageOverride[] {
  if (given === undefined) return []
  if (!isMapping(given)) throw invalid(place, 'stages by name', given)
  return Object.entries(given).map(([stage, options]) => {
    if (!isMapping(options)) throw invalid(`${place}.${stage}`, 'options by name', options)
    return { place: `${place}.${stage}`, stage, options: withBytes(options) }
  })
}

/** Bytes may be written as on the command line: `64MiB`. */
function withBytes(options: Readonly<Record<string, unknown>>, isBytes = false): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const areBytes = isBytes || name.endsWith('Bytes')
      if (isMapping(value)) return [name, withBytes(value, areBytes)]
      return [name, areBytes && typeof value === 'string' ? (parseNumber(value, 'bytes') ?? value) : value]
    }),
  )
}

function invalid(place: string, expected: string, given: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${place} must be ${expected}, got ${JSON.stringify(given)}`)
}
