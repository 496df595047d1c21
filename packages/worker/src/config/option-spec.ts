import { isStagePlace } from './stage-places.ts'

export type OptionUnit = 'milliseconds' | 'bytes' | 'threads'

/** What is known about one option of the server: enough to read it, check it, and explain it. */
export interface OptionSpec<T> {
  readonly description: string
  readonly default: T
  /** What `read` accepts, as the end of "x must be …". */
  readonly accepts: string
  /** Stands for the value in `--help`. */
  readonly placeholder: string
  readonly unit: OptionUnit | undefined
  readonly min: number | undefined
  readonly max: number | undefined
  /** May be given several times on the command line. */
  readonly isList?: true
  /** A value from code, or its text from a flag or the environment; `undefined` when it is not acceptable. */
  read(given: unknown): T | undefined
}

interface NumberLimits<T> {
  readonly default: T
  readonly min: number
  readonly max: number
  readonly unit?: OptionUnit
  readonly description: string
}

interface TextLimits<T> {
  readonly default: T
  readonly placeholder: string
  readonly description: string
}

/** A whole number; in bytes, `10MiB` is one too. `default: undefined` makes it optional. */
export function wholeNumber<T extends number | undefined>(limits: NumberLimits<T>): OptionSpec<number | T> {
  const { min, max, unit } = limits
  return {
    ...limits,
    unit,
    accepts: unit === 'bytes' ? bytesBetween(min, max) : `a whole number from ${min} to ${max}`,
    placeholder: unit === 'bytes' ? '<bytes>' : unit === 'milliseconds' ? '<ms>' : '<n>',
    read(given) {
      const value = typeof given === 'string' ? parseNumber(given, unit) : given
      return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max ? value : undefined
    },
  }
}

function bytesBetween(min: number, max: number): string {
  return `bytes, as a number or with KiB, MiB or GiB, from ${formatBytes(min)} to ${formatBytes(max)}`
}

/** A text that is not empty. `default: undefined` makes it optional. */
export function text<T extends string | undefined>(limits: TextLimits<T>): OptionSpec<string | T> {
  return {
    ...limits,
    accepts: 'a text that is not empty',
    unit: undefined,
    min: undefined,
    max: undefined,
    read: (given) => (typeof given === 'string' && given !== '' ? given : undefined),
  }
}

/** What a metric's name can be or begin with. `default: undefined` makes it optional. */
export function metricName<T extends string | undefined>(limits: TextLimits<T>): OptionSpec<string | T> {
  return {
    ...text(limits),
    accepts: 'letters, digits and "_", no digit first',
    read: (given) => (typeof given === 'string' && /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(given) ? given : undefined),
  }
}

/** The beginning of paths: `/ml`, `/a/b`. Optional. */
export function pathPrefix(limits: Omit<TextLimits<undefined>, 'placeholder'>): OptionSpec<string | undefined> {
  return {
    ...limits,
    accepts: 'a path such as /ml, without a slash at its end',
    placeholder: '</path>',
    unit: undefined,
    min: undefined,
    max: undefined,
    read: (given) => (typeof given === 'string' && /^(?:\/[\w.~-]+)+$/.test(given) ? given : undefined),
  }
}

/** `stage=placement`, any number of them; in one text with spaces between. Optional. */
export function stagePlaces(
  limits: Omit<TextLimits<undefined>, 'placeholder'>,
): OptionSpec<readonly string[] | undefined> {
  return {
    ...limits,
    accepts: 'a stage and its placement such as score=app:/run/score.sock',
    placeholder: '<stage>=<placement>',
    unit: undefined,
    min: undefined,
    max: undefined,
    isList: true,
    read(given) {
      const texts: readonly unknown[] =
        typeof given === 'string' ? given.trim().split(/\s+/) : Array.isArray(given) ? given : []
      const places = texts.filter((text) => typeof text === 'string').filter(isStagePlace)
      return places.length > 0 && places.length === texts.length ? places : undefined
    },
  }
}

/** One word of a few. */
export function choice<const T extends string>(
  choices: readonly T[],
  limits: { readonly default: NoInfer<T>; readonly description: string },
): OptionSpec<T> {
  return {
    ...limits,
    accepts: `one of ${choices.join(', ')}`,
    placeholder: `<${choices.join('|')}>`,
    unit: undefined,
    min: undefined,
    max: undefined,
    read: (given) => choices.find((word) => word === given),
  }
}

const byteUnits = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** A whole number as text, with a suffix where it counts bytes. */
export function parseNumber(given: string, unit: OptionUnit | undefined): number | undefined {
  const match = /^(\d{1,15})(?: ?(B|KiB|MiB|GiB))?$/.exec(given.trim())
  if (match === null) return undefined
  const [, digits = '', suffix = ''] = match
  if (suffix === '') return Number(digits)
  return unit === 'bytes' && isByteUnit(suffix) ? Number(digits) * byteUnits[suffix] : undefined
}

/** `10485760` → `10MiB`: the shortest form that `wholeNumber` reads as the same number. */
export function formatBytes(bytes: number): string {
  for (const suffix of ['GiB', 'MiB', 'KiB'] as const) {
    if (bytes > 0 && bytes % byteUnits[suffix] === 0) return `${bytes / byteUnits[suffix]}${suffix}`
  }
  return String(bytes)
}

function isByteUnit(suffix: string): suffix is keyof typeof byteUnits {
  return Object.hasOwn(byteUnits, suffix)
}
