import { type HttpHeaders, httpHeaders, headerOf } from './http-headers.ts'

/** What the headers of a reply say beside its bytes. */
export interface HttpReplyHead {
  readonly rejectCount: number
  readonly serverTimingMs: number
}

export interface ReplyFigures extends HttpReplyHead {
  readonly freeBytes: number
}

export function writeReplyHead({ rejectCount, serverTimingMs, freeBytes }: ReplyFigures): Record<string, string> {
  return {
    ...(rejectCount > 0 && { [httpHeaders.rejects]: String(rejectCount) }),
    [httpHeaders.credits]: String(Math.max(0, Math.floor(freeBytes))),
    [httpHeaders.serverTiming]: `stage;dur=${serverTimingMs.toFixed(3)}`,
  }
}

/** `undefined` where the number of rejects is none. How long a stage took is 0 where the peer does not say. */
export function readReplyHead(headers: HttpHeaders): HttpReplyHead | undefined {
  const rejects = headerOf(headers, httpHeaders.rejects) ?? '0'
  if (!/^\d{1,10}$/.test(rejects)) return undefined
  const duration = /(?:^|,)\s*stage\s*;\s*dur=(\d{1,12}(?:\.\d+)?)/.exec(
    headerOf(headers, httpHeaders.serverTiming) ?? '',
  )
  return { rejectCount: Number(rejects), serverTimingMs: duration === null ? 0 : Number(duration[1]) }
}
