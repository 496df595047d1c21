import { PipelineError } from '@redesmyn/core'
import { isMapping } from './mapping.ts'

/** Where a stage is to run, as somebody wrote it. */
export interface StagePlace {
  readonly stage: string
  /** A placement: `app:/run/s.sock`. */
  readonly text: string
  /** Whence it comes, for messages: `CASCADE_PLACE`, `cascade.config.yaml: place.score`. */
  readonly origin: string
}

const form = 'a stage and its placement such as score=app:/run/score.sock'

/** Whether a text has the form `stage=placement`. */
export function isStagePlace(text: string): boolean {
  return /^[^=\s]+=\S+$/.test(text)
}

/** Several in one text have spaces between them. Throws CONFIG_INVALID. */
export function parseStagePlaces(texts: readonly string[], origin: string): readonly StagePlace[] {
  const words = texts.flatMap((text) => text.split(/\s+/)).filter((word) => word !== '')
  return words.map((word) => {
    if (!isStagePlace(word)) throw invalid(origin, form, word)
    const end = word.indexOf('=')
    return { stage: word.slice(0, end), text: word.slice(end + 1), origin }
  })
}

/** Reads `place` of a configuration file: placements by stage. Throws CONFIG_INVALID. */
export function readStagePlaces(given: unknown, origin: string): readonly StagePlace[] {
  if (given === undefined) return []
  if (!isMapping(given)) throw invalid(origin, 'placements by stage', given)
  return Object.entries(given).map(([stage, text]) => {
    if (typeof text === 'string' && text !== '') return { stage, text, origin: `${origin}.${stage}` }
    throw invalid(`${origin}.${stage}`, 'a placement such as app:/run/score.sock', text)
  })
}

export interface PlaceSources {
  /** Of the command line, each `stage=placement`. */
  readonly given: readonly string[] | undefined
  /** `CASCADE_PLACE`. */
  readonly variable: string | undefined
  /** Those of the file, then those of its profile. */
  readonly file: readonly StagePlace[]
}

/** One for each stage of which somebody says where it runs: a flag wins over the environment, that over the file. */
export function resolvePlaces({ given = [], variable = '', file }: PlaceSources): readonly StagePlace[] {
  const all = [...file, ...parseStagePlaces([variable], 'CASCADE_PLACE'), ...parseStagePlaces(given, '--place')]
  return [...new Map(all.map((place) => [place.stage, place])).values()]
}

function invalid(origin: string, expected: string, given: unknown): PipelineError {
  return new PipelineError('CONFIG_INVALID', `${origin} must be ${expected}, got ${JSON.stringify(given)}`)
}
