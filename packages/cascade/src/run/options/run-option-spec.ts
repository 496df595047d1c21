import type { OptionSpec } from '@redesmyn/worker'

/** Headings under which `--help` lists the options of a run. */
export type RunOptionGroup = 'What runs:' | 'Where from and where to:' | 'Limits:' | 'Going on:' | 'Watching:'

/** An option of a run: as of a server, and how it is written on the command line. */
export interface RunOptionSpec<T> extends OptionSpec<T> {
  readonly group: RunOptionGroup
  /** Undefined: derived from the name, `partRows` → `--part-rows`. */
  readonly flag?: string
  /** Neither the environment nor the configuration file can say it: it is meant for one run. */
  readonly isFlagOnly?: true
  /** Takes no value on the command line. */
  readonly isSwitch?: true
  /** May be given several times. */
  readonly isList?: true
}

interface Meaning {
  readonly group: RunOptionGroup
  readonly description: string
  readonly isFlagOnly?: true
}

/** On or off. In the environment and in files `true` or `false`. */
export function switchOption(meaning: Meaning): RunOptionSpec<boolean> {
  return {
    ...meaning,
    ...withoutRange,
    default: false,
    accepts: 'true or false',
    placeholder: '',
    isSwitch: true,
    read(given) {
      if (given === true || given === 'true') return true
      return given === false || given === 'false' ? false : undefined
    },
  }
}

/** Texts, none of them empty. As one text they are separated by commas, those inside braces excepted. */
export function listOption(
  meaning: Meaning & { readonly placeholder: string },
): RunOptionSpec<readonly string[] | undefined> {
  return {
    ...meaning,
    ...withoutRange,
    default: undefined,
    accepts: 'one or more texts that are not empty',
    isList: true,
    read(given) {
      const texts: unknown = typeof given === 'string' ? splitAtCommas(given) : given
      return Array.isArray(texts) && texts.length > 0 && texts.every(isText) ? Object.freeze(texts) : undefined
    },
  }
}

/** A text of a certain form, kept as it was written. */
export function formOption(
  form: Meaning & {
    readonly placeholder: string
    readonly accepts: string
    readonly matches: (text: string) => boolean
  },
): RunOptionSpec<string | undefined> {
  const { matches, ...meaning } = form
  return {
    ...meaning,
    ...withoutRange,
    default: undefined,
    read(given) {
      const text = typeof given === 'number' ? String(given) : given
      return typeof text === 'string' && matches(text) ? text : undefined
    },
  }
}

const withoutRange = { unit: undefined, min: undefined, max: undefined } as const

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function splitAtCommas(text: string): readonly string[] {
  const pieces: string[] = ['']
  let depth = 0
  for (const letter of text) {
    if (letter === '{') depth++
    if (letter === '}') depth--
    if (letter === ',' && depth <= 0) pieces.push('')
    else pieces[pieces.length - 1] += letter
  }
  return pieces.map((piece) => piece.trim())
}
