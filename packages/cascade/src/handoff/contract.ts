import { type AnyStage, type Effects, type Field, findMisfits, PipelineError, type RecordSchema } from '@redesmyn/core'

/** What two sides of a handoff tell each other before the first batch: data, so that it can be sent. */
export interface Contract {
  /** Of the stage. */
  readonly name: string
  readonly version: string
  readonly input: ContractColumns
  readonly output: ContractColumns
  readonly effects: Effects
  readonly limits: ContractLimits
}

export interface ContractColumns {
  readonly fields: readonly Field[]
  /** Equal for equal columns: two sides that have the same need not compare more. */
  readonly fingerprint: string
}

export interface ContractLimits {
  /** Of a batch. */
  readonly maxRows: number
  /** Of all batches that are on their way at once. */
  readonly maxBytes: number
}

export interface ContractTerms {
  readonly version: string
  readonly limits: ContractLimits
}

/** What some stages, one behind the other, take and give. Throws CONFIG_INVALID where their columns are not declared. */
export function contractOf(stages: readonly AnyStage[], { version, limits }: ContractTerms): Contract {
  const first = stages[0]
  const last = stages[stages.length - 1]
  return Object.freeze({
    name: first.name,
    version,
    input: columnsOf(first.input, `input of stage "${first.name}"`),
    output: columnsOf(last.output, `output of stage "${last.name}"`),
    effects: effectsOf(stages),
    limits,
  })
}

/**
 * The sender must have every column that is taken, and get every column it wants, with the same type or one that loses
 * nothing. Throws SCHEMA_MISMATCH naming the columns.
 */
export function assertAgrees(want: Contract, offer: Contract): void {
  const taken = misfits(want.input, offer.input)
  const given = misfits(offer.output, want.output)
  if (taken.length + given.length === 0) return
  const sides = [
    ...(taken.length > 0 ? [`what is sent to it does not fit: ${taken.join(', ')}`] : []),
    ...(given.length > 0 ? [`what it gives does not fit: ${given.join(', ')}`] : []),
  ]
  const message = `stage "${offer.name}" has another contract: ${sides.join('; ')}`
  throw new PipelineError('SCHEMA_MISMATCH', message, {
    details: { stage: offer.name, columns: [...taken, ...given] },
  })
}

function misfits(given: ContractColumns, wanted: ContractColumns): readonly string[] {
  return given.fingerprint === wanted.fingerprint ? [] : findMisfits(given.fields, wanted.fields)
}

function columnsOf(schema: RecordSchema | undefined, owner: string): ContractColumns {
  if (schema !== undefined) return Object.freeze({ fields: schema.fields, fingerprint: schema.fingerprint })
  throw new PipelineError('CONFIG_INVALID', `${owner} must be declared, or nothing can be handed to it`)
}

/** Of several stages the one counts whose effects allow least. */
function effectsOf(stages: readonly AnyStage[]): Effects {
  const all = stages.map(({ config }) => config.effects)
  return all.find((effects) => effects === 'once') ?? all.find((effects) => effects === 'idempotent') ?? 'pure'
}
