import { type Head, readCount, readNumber } from './head-values.ts'

export interface ReplyHead {
  /** How many rows were rejected: with any, a second stream tells them. */
  readonly rejects: number
  readonly serverTimingMs: number
  /** Bytes that the stage's process could admit now; undefined where it does not say. */
  readonly credits: number | undefined
}

/** Throws BODY_MALFORMED. */
export function readReplyHead(head: Head): ReplyHead {
  return {
    rejects: readCount(head, 'rejects', 0) ?? 0,
    serverTimingMs: readNumber(head, 'serverTimingMs', 0) ?? 0,
    credits: readNumber(head, 'credits', 0),
  }
}
