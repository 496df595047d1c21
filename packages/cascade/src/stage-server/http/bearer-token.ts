import { createHash, timingSafeEqual } from 'node:crypto'
import { PipelineError } from '@redesmyn/core'

/** A secret that requests must carry. Comparing takes the same time whatever is sent. */
export class BearerToken {
  readonly #digest: Buffer

  constructor(token: string) {
    this.#digest = digestOf(token)
  }

  /** Throws UNAUTHENTICATED. */
  check(authorization: string | undefined): void {
    const [, sent = ''] = /^bearer +(.+)$/i.exec(authorization ?? '') ?? []
    if (timingSafeEqual(digestOf(sent), this.#digest)) return
    throw new PipelineError(
      'UNAUTHENTICATED',
      'expected the header "authorization: Bearer …" with the token of this server',
    )
  }
}

/** Of equal length for texts of any length. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
