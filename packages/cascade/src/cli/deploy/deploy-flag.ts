import { PipelineError } from '@redesmyn/core'
import { type OptionSpec, wholeNumberOption } from '@redesmyn/worker'
import { Option } from 'commander'

/** A flag that takes a whole number. */
export function numberFlag(
  flag: string,
  limits: { readonly default?: number; readonly min: number; readonly max: number; readonly description: string },
): Option {
  const spec: OptionSpec<number | undefined> = wholeNumberOption({ ...limits, default: limits.default })
  const { min, max } = limits
  const byDefault = limits.default === undefined ? '' : `, default ${limits.default}`
  return new Option(`${flag} <n>`, `${limits.description} (${min} to ${max}${byDefault})`).argParser(
    (text) => spec.read(text) ?? refuse(flag, spec.accepts, text),
  )
}

interface TextForm {
  readonly placeholder: string
  readonly pattern: RegExp
  /** What the pattern takes, as the end of "x must be …". */
  readonly accepts: string
  readonly description: string
  readonly default?: string
}

/** A flag that takes a text of a form. */
export function textFlag(
  flag: string,
  { placeholder, pattern, accepts, description, default: byDefault }: TextForm,
): Option {
  const explained = byDefault === undefined ? description : `${description} (default ${byDefault})`
  return new Option(`${flag} ${placeholder}`, explained).argParser((text) =>
    pattern.test(text) ? text : refuse(flag, accepts, text),
  )
}

/** A flag that may be given several times; `read` answers undefined for what it does not take. */
export function listFlag(
  flag: string,
  form: Pick<TextForm, 'placeholder' | 'accepts' | 'description'> & { readonly read: (text: string) => unknown },
): Option {
  const { placeholder, accepts, description, read } = form
  // Commander calls this once for each time that the flag is given.
  return new Option(`${flag} ${placeholder}`, `${description} (may be repeated)`).argParser(
    (text, before: readonly unknown[] | undefined) => [...(before ?? []), read(text) ?? refuse(flag, accepts, text)],
  )
}

function refuse(flag: string, accepts: string, text: string): never {
  throw new PipelineError('CONFIG_INVALID', `${flag} must be ${accepts}, got ${JSON.stringify(text)}`)
}
