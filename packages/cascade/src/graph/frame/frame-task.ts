import type { FormatName, FormatOptions } from '../../source/source-format.ts'

/** One making of a frame asset, as data: it is sent to a thread. */
export interface FrameTask {
  readonly asset: string
  readonly runId: string
  /** By the keys of the asset's inputs. */
  readonly inputs: Readonly<Record<string, InputFiles>>
  /** A file that is not there: for the asset's rows. */
  readonly dataPath: string
}

/** Where the rows of a source or an asset lie, in order. */
export interface InputFiles {
  readonly format: FormatName
  readonly options: FormatOptions
  /** Absolute. */
  readonly files: readonly string[]
}

export interface FrameResult {
  /** Of all inputs together. */
  readonly rowsIn: number
  readonly rowCount: number
  readonly byteLength: number
}
