/** What a run says of itself with `--json`, as far as it is measured. */
export interface MeasuredReport {
  readonly elapsedMs: number
  readonly commits: { readonly count: number; readonly totalMs: number }
  readonly rows: { readonly in: number }
}

/** Of a run of one asset. */
export function readReport(stdout: string): MeasuredReport {
  const { assets }: { readonly assets: readonly [MeasuredReport] } = JSON.parse(stdout)
  return assets[0]
}
