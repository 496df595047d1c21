import type { FrontEndKind } from '../../../../packages/worker/dist/http/create-front-end.js'

export type TestedKind = Exclude<FrontEndKind, 'auto'>

/** Where the two front ends may differ, and how. Whatever is not here must be the same over both. */
export interface AllowedDifferences {
  /** M17: requests sent before the answer to the one before. */
  readonly pipelining: 'answered in order' | 'connection closed'
  /** M16: whether 100 Continue precedes a refusal that needed the head only. */
  readonly continueBeforeRefusal: 'never' | 'sent'
  /** M19: more headers than the front end takes. */
  readonly tooManyHeaders: 431 | 'closed in time'
  /** M20: a request line that is none. */
  readonly malformedStatus: 400 | 505
  /** M23: whether what the HTTP parser itself refuses has a body in our form. */
  readonly parserRefusal: 'json' | 'plain'
  readonly http10Status: 200 | 505
  readonly splitRequestLineStatus: 200 | 505
  readonly absoluteTargetStatus: 200 | 505
  /** Two different Content-Length headers. */
  readonly twoLengthsStatus: 400 | 200
  readonly trailers: 'dropped' | 'refused'
  readonly missingHost: 400 | 'closed in time'
}

export const allowedDifferences: Readonly<Record<TestedKind, AllowedDifferences>> = {
  uws: {
    pipelining: 'connection closed',
    continueBeforeRefusal: 'sent',
    tooManyHeaders: 'closed in time',
    malformedStatus: 505,
    parserRefusal: 'plain',
    http10Status: 505,
    splitRequestLineStatus: 505,
    absoluteTargetStatus: 505,
    twoLengthsStatus: 200,
    trailers: 'refused',
    missingHost: 'closed in time',
  },
  http: {
    pipelining: 'answered in order',
    continueBeforeRefusal: 'never',
    tooManyHeaders: 431,
    malformedStatus: 400,
    parserRefusal: 'json',
    http10Status: 200,
    splitRequestLineStatus: 200,
    absoluteTargetStatus: 200,
    twoLengthsStatus: 400,
    trailers: 'dropped',
    missingHost: 400,
  },
}
