import type { Exchange } from '../exchange.ts'
import { parseAccept } from '../codec/accept.ts'
import { headerNames } from '../header-text.ts'
import { CompressingExchange } from './compressing-exchange.ts'
import { type ContentCoding, contentCodings } from './content-coding.ts'

/** Answers of an endpoint that compresses them. */
export class Compression {
  readonly #minBytes: number

  /** Shorter answers are sent as they are. */
  constructor(minBytes: number) {
    this.#minBytes = minBytes
  }

  /** The exchange, whose answer is compressed as the client's `accept-encoding` likes it best. */
  wrap(exchange: Exchange): Exchange {
    const coding = acceptedCoding(exchange.header(headerNames.acceptEncoding))
    return new CompressingExchange(exchange, coding, this.#minBytes)
  }
}

/** What the client likes best, of equals what we like best; `undefined` where it takes none. */
export function acceptedCoding(acceptEncoding: string): ContentCoding | undefined {
  const ranges = parseAccept(acceptEncoding)
  const any = ranges.find(({ range }) => range === '*')?.quality ?? 0
  let best: { readonly coding: ContentCoding; readonly quality: number } | undefined
  for (const coding of contentCodings) {
    const quality = ranges.find(({ range }) => range === coding.name)?.quality ?? any
    if (quality > (best?.quality ?? 0)) best = { coding, quality }
  }
  return best?.coding
}
