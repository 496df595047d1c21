/** How many rows a run may reject: a number of rows, or a share of the rows that were read. */
export type RejectLimit =
  | { readonly kind: 'rows'; readonly maxRows: number }
  | { readonly kind: 'ratio'; readonly maxRatio: number }

/** Reads `1000` or `0.5%`; undefined for what is neither. */
export function parseRejectLimit(text: string): RejectLimit | undefined {
  if (/^\d{1,15}$/.test(text)) return { kind: 'rows', maxRows: Number(text) }
  const match = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text)
  if (match === null || Number(match[1]) > 100) return undefined
  return { kind: 'ratio', maxRatio: Number(match[1]) / 100 }
}
