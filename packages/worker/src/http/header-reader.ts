import type { Exchange, HeaderName } from './exchange.ts'
import { headerName } from './header-text.ts'

/** Reads the request headers that an endpoint passes on to its handlers. */
export class HeaderReader {
  readonly #names: readonly HeaderName[]

  private constructor(names: readonly HeaderName[]) {
    this.#names = names
  }

  /** `undefined` where there are none, so that nobody looks for them. */
  static of(names: readonly string[]): HeaderReader | undefined {
    return names.length === 0 ? undefined : new HeaderReader(names.map(headerName))
  }

  /** Values by name, '' for what the request has not. */
  read(exchange: Exchange): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#names.map((name) => [name.text, exchange.header(name)]))
  }
}
