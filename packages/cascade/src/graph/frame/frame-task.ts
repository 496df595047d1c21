import type { FormatName, FormatOptions, SourceFormat } from '../../source/source-format.ts'
import type { SinkFormat } from '../../sink/sink-format.ts'

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

/** Loads what reads and writes formats. */
export interface FrameFormats {
  source(name: FormatName): Promise<SourceFormat>
  sink(name: FormatName): Promise<SinkFormat>
}
