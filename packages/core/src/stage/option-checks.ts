import { PipelineError } from '../errors/pipeline-error.ts'

/** A whole number from `minimum` to 2^53 - 1. */
export function checkWhole(owner: string, option: string, value: number, minimum: number): number {
  if (Number.isSafeInteger(value) && value >= minimum) return value
  throw invalid(owner, option, `a whole number >= ${minimum}`, value)
}

/** A finite number of at least `minimum`. */
export function checkAtLeast(owner: string, option: string, value: number, minimum: number): number {
  if (Number.isFinite(value) && value >= minimum) return value
  throw invalid(owner, option, `a number >= ${minimum}`, value)
}

export function optionalAtLeast(owner: string, option: string, value: number | undefined, minimum: number) {
  return value === undefined ? undefined : checkAtLeast(owner, option, value, minimum)
}

export function checkChoice<Choice extends string>(
  owner: string,
  option: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value
  throw invalid(owner, option, choices.map((choice) => `"${choice}"`).join(' or '), value)
}

export function checkFlag(owner: string, option: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(owner, option, 'true or false', value)
}

function invalid(owner: string, option: string, expected: string, received: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${option} of ${owner} must be ${expected}, got ${describe(received)}`)
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}
