export interface BatchTotals {
  readonly rows: number
  readonly batches: number
}

/** Rows and batches so far, from a server's own metrics; `undefined` where it does not tell them. */
export async function readBatchTotals(url: string | undefined): Promise<BatchTotals | undefined> {
  if (url === undefined) return undefined
  const response = await fetch(url)
  if (!response.ok) return undefined
  const text = await response.text()
  const rows = sumOf(text, /^(?:cascade_batch_rows_sum|mosec_service_batch_size_sum)\b.*$/gm)
  const batches = sumOf(text, /^(?:cascade_batch_rows_count|mosec_service_batch_size_count)\b.*$/gm)
  return batches === 0 ? undefined : { rows, batches }
}

export function meanBatchRows(before: BatchTotals | undefined, after: BatchTotals | undefined): number | undefined {
  if (after === undefined) return undefined
  const batches = after.batches - (before?.batches ?? 0)
  return batches === 0 ? undefined : (after.rows - (before?.rows ?? 0)) / batches
}

function sumOf(text: string, lines: RegExp): number {
  return (text.match(lines) ?? []).reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
