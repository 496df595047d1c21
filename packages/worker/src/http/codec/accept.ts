/** One part of an `accept` header. */
export interface AcceptedRange {
  /** A media type, one of all of a kind (`image/*`), or any. */
  readonly range: string
  /** 0 to 1; 0 refuses. */
  readonly quality: number
}

/** The ranges of an `accept` header; none where it is empty. What cannot be read counts as 1. */
export function parseAccept(accept: string): readonly AcceptedRange[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [range, ...parameters] = part.split(';').map((piece) => piece.trim())
      const quality = Number(parameters.find((piece) => piece.startsWith('q='))?.slice(2) ?? 1)
      return { range, quality: quality >= 0 && quality <= 1 ? quality : 1 }
    })
}

/** How much a media type is liked: by the narrowest range that it is in. 0 where it is in none. */
export function qualityOf(mediaType: string, ranges: readonly AcceptedRange[]): number {
  const kind = `${mediaType.slice(0, mediaType.indexOf('/'))}/*`
  const narrowest =
    ranges.find(({ range }) => range === mediaType) ??
    ranges.find(({ range }) => range === kind) ??
    ranges.find(({ range }) => range === '*/*' || range === '*')
  return narrowest?.quality ?? 0
}
