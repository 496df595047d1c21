import type { Field } from '@redesmyn/core'

/** What is told of the making of one asset when it begins. */
export interface MakingFacts {
  /** As the run itself calls it, whatever its form: the events have a UUID of it. */
  readonly runId: string
  readonly asset: string
  readonly codeVersion: string
  readonly inputs: readonly DatasetFacts[]
  readonly output: DatasetFacts
  /** Absolute: where rejected rows go. Undefined where none can be. */
  readonly rejectsFolder: string | undefined
}

export interface DatasetFacts {
  /** Absolute: the folder of an asset, or the one that all files of a source are in. */
  readonly folder: string
  readonly fields: readonly Field[]
  /** Equal for equal rows: of an asset its plan's fingerprint, of a source that of its files. Undefined where not known yet. */
  readonly version: string | undefined
}

/** What is told when it has ended well. */
export interface MadeFacts {
  /** As the output's records count them, those of earlier runs included. */
  readonly rows: {
    readonly in: number
    readonly out: number
    readonly filtered: number
    readonly rejected: number
    readonly written: number
  }
  readonly byteLength: number
  readonly fileCount: number
  readonly version: string | undefined
}
