/** One part's place in the result: `_cascade/commits/<part>.json`. Whoever links it first has committed the part. */
export interface CommitRecord {
  readonly part: number
  /** Names in the output's folder; none where the part gave no rows. */
  readonly files: readonly OutputFile[]
  /** Names in the folder of rejects. */
  readonly rejectFiles: readonly OutputFile[]
  readonly rows: RowCounts
  /** Where the rows came from. */
  readonly source: { readonly file: string; readonly range: string }
  readonly codeVersion: string
  readonly run: string
  /** Of the run's trace: stages elsewhere tell it in their spans and logs. */
  readonly trace?: string
  readonly epoch: number
  /** UTC, ISO 8601: for people, not part of any decision. */
  readonly committedAt: string
}

export interface OutputFile {
  readonly name: string
  readonly rowCount: number
  readonly byteLength: number
}

/** `in` = `out` + `filtered` + `rejected`, counted in rows of the input; `written` are rows of the files. */
export interface RowCounts {
  readonly in: number
  readonly out: number
  readonly filtered: number
  readonly rejected: number
  readonly written: number
}
