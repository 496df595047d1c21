import type { Field } from '@redesmyn/core'
import type { FileFacts, FormatName, FormatOptions, PartRange } from '../../source/source-format.ts'
import type { WriteOptions } from '../../sink/sink-format.ts'

/** Unit of commit and retry: some rows of one file. */
export interface Part {
  /** From 0, over all files in lexicographic order. */
  readonly index: number
  /** Index in the plan's `files`. */
  readonly file: number
  readonly range: PartRange
  /** From folders named `key=value`; empty where there are none. */
  readonly partition: Readonly<Record<string, string>>
}

/** What a run does, as a function of its inputs, its code and its options: data, and the same every time. */
export interface RunPlan {
  readonly asset: string
  /** The asset's `version`, or else the hash of the bundled code. */
  readonly codeVersion: string
  readonly input: {
    readonly format: FormatName
    readonly options: FormatOptions
    /** Absolute; the folder that all files are in. What else is said of a file holds wherever this folder lies. */
    readonly root: string
    readonly files: readonly FileFacts[]
    /** The columns that are read. */
    readonly fields: readonly Field[]
  }
  readonly stages: readonly string[]
  readonly output: {
    readonly format: FormatName
    readonly options: WriteOptions
    readonly fields: readonly Field[]
    /** Absolute. */
    readonly folder: string
    /** Absolute: where rows go that were rejected. */
    readonly rejectsFolder: string
  }
  readonly batchRows: number
  readonly partRows: number
  readonly partBytes: number
  readonly parts: readonly Part[]
}
