import { type Effects, fingerprintFields, PipelineError } from '@redesmyn/core'
import type { Contract, ContractColumns } from '../handoff/contract.ts'
import { isRecord, readFields } from './read-fields.ts'

/** The version of the protocol that is spoken here. Another one is not understood. */
export const protocolVersion = 1

/** What `/.well-known/cascade` answers. */
export function writeContracts(contracts: readonly Contract[]): string {
  return JSON.stringify({ cascade: protocolVersion, stages: contracts })
}

/**
 * The contracts that a peer tells. Its fingerprints are not believed, but made again from its fields. Throws
 * BETWEEN_UNSUPPORTED where the text is something else, or of another version.
 */
export function readContracts(text: string): readonly Contract[] {
  const value = parse(text)
  if (!isRecord(value) || !Array.isArray(value['stages'])) {
    throw unsupported('expected an object with "cascade" and "stages"')
  }
  if (value['cascade'] !== protocolVersion) {
    throw unsupported(`expected version ${protocolVersion} of the protocol, got ${JSON.stringify(value['cascade'])}`)
  }
  return value['stages'].map(readContract)
}

/** Throws BETWEEN_UNSUPPORTED naming what is wrong. */
export function readContract(value: unknown): Contract {
  if (!isRecord(value)) throw unsupported('a stage must be an object')
  const { name, version, effects, limits } = value
  if (typeof name !== 'string' || name === '') throw unsupported('a stage must have a "name"')
  if (typeof version !== 'string') throw unsupported(`stage "${name}" must have a "version"`)
  if (!isEffects(effects)) throw unsupported(`stage "${name}" must have "effects" pure, idempotent or once`)
  if (!isRecord(limits) || !isCount(limits['maxRows']) || !isCount(limits['maxBytes'])) {
    throw unsupported(`stage "${name}" must have "limits" with "maxRows" and "maxBytes"`)
  }
  return Object.freeze({
    name,
    version,
    input: readColumns(value['input'], `input of stage "${name}"`),
    output: readColumns(value['output'], `output of stage "${name}"`),
    effects,
    limits: { maxRows: limits['maxRows'], maxBytes: limits['maxBytes'] },
  })
}

function readColumns(value: unknown, owner: string): ContractColumns {
  const fields = isRecord(value) ? readFields(value['fields']) : undefined
  if (fields === undefined) throw unsupported(`${owner} must have "fields" with names and types`)
  return Object.freeze({ fields, fingerprint: fingerprintFields(fields) })
}

function isEffects(value: unknown): value is Effects {
  return value === 'pure' || value === 'idempotent' || value === 'once'
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unsupported('expected JSON', cause)
  }
}

function unsupported(problem: string, cause?: unknown): PipelineError {
  return new PipelineError('BETWEEN_UNSUPPORTED', `what was answered is no contract of stages: ${problem}`, { cause })
}
