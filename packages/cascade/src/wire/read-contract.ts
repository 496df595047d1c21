import { type Effects, fingerprintFields, PipelineError } from '@redesmyn/core'
import type { Contract, ContractColumns } from '../handoff/contract.ts'
import { FieldReader } from './field-reader.ts'

const effectKinds: readonly Effects[] = ['pure', 'idempotent', 'once']

/**
 * A contract as another process wrote it, in JSON. Fingerprints are made anew from the columns. Throws BODY_MALFORMED
 * naming what is missing or has another type.
 */
export function readContract(value: unknown): Contract {
  const { name, version, input, output, effects, limits } = objectOf(value, 'it')
  const { maxRows, maxBytes } = objectOf(limits, '"limits"')
  const known = effectKinds.find((kind) => kind === effects)
  if (known === undefined) throw malformed(`"effects" must be pure, idempotent or once`)
  return Object.freeze({
    name: textOf(name, '"name"'),
    version: textOf(version, '"version"'),
    input: columnsOf(input, '"input"'),
    output: columnsOf(output, '"output"'),
    effects: known,
    limits: Object.freeze({
      maxRows: limitOf(maxRows, '"limits.maxRows"'),
      maxBytes: limitOf(maxBytes, '"limits.maxBytes"'),
    }),
  })
}

function columnsOf(value: unknown, owner: string): ContractColumns {
  const fields = new FieldReader(malformed).read(objectOf(value, owner)['fields'], owner)
  return Object.freeze({ fields, fingerprint: fingerprintFields(fields) })
}

function objectOf(value: unknown, owner: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw malformed(`${owner} must be an object`)
}

function textOf(value: unknown, owner: string): string {
  if (typeof value === 'string') return value
  throw malformed(`${owner} must be text`)
}

function limitOf(value: unknown, owner: string): number {
  if (typeof value === 'number' && value >= 0) return value
  throw malformed(`${owner} must be a number`)
}

function malformed(problem: string): PipelineError {
  return new PipelineError('BODY_MALFORMED', `what was sent is no contract: ${problem}`)
}
