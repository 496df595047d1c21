/** A line of a file of rejects, taken apart. */
export interface SplitRejectLine {
  /** The columns as an object, its text as it was. */
  readonly members: string
  /** `_stage` and all that follows it. */
  readonly facts: Readonly<Record<string, unknown>>
}

const firstFact = '"_stage":'

/** Undefined for a line that is none. */
export function splitRejectLine(line = ''): SplitRejectLine | undefined {
  // Within a text these letters have a backslash before the second quote.
  const at = line.lastIndexOf(firstFact)
  if (at < 0) return undefined
  try {
    const facts: Record<string, unknown> = JSON.parse(`{${line.slice(at)}`)
    return { members: `${line.slice(0, at).replace(/,\s*$/, '')}}`, facts }
  } catch {
    return undefined
  }
}
