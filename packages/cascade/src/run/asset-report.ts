import type { FormatName } from '../source/source-format.ts'

/** An asset of an app module as plain data, after everything was checked that needs no row to be read. */
export interface AssetReport {
  readonly name: string
  readonly kind: 'pipeline' | 'frame'
  readonly inputs: readonly AssetInput[]
  /** In order; none of a frame asset. */
  readonly stages: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNullable: boolean }[]
  /** Absolute. */
  readonly folder: string
  readonly format: FormatName
}

export interface AssetInput {
  readonly name: string
  readonly kind: 'source' | 'asset'
  /** Undefined where it is an asset that has not been made yet. */
  readonly files: { readonly count: number; readonly byteLength: number } | undefined
  /** Undefined where only reading would tell. */
  readonly rowCount: number | undefined
}
