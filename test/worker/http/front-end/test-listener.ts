import type { PipelineError } from '@redesmyn/core'
import type { Exchange, FrontEndListener } from '../../../../packages/worker/dist/http/exchange.js'
import { headerName } from '../../../../packages/worker/dist/http/header-text.js'

/** What the tests' own server saw of a body that it reads at `/hold`. */
export type HeldEvent = 'began' | 'body' | 'refused' | 'gone'

/**
 * A server of a few lines for the suite. `?max=` and `?timeout=` set the limits of a body.
 * `/echo` answers with the body, `/seen` with what it saw of the head, `/now` without reading, `/hold` when released,
 * `/status?code=` with that status, `/big?bytes=` with that many bytes in three pieces that it overwrites afterwards.
 */
export class TestListener implements FrontEndListener {
  readonly held: Exchange[] = []
  readonly events: HeldEvent[] = []
  readonly refusals: string[] = []
  readonly #watchers = new Set<() => void>()

  onExchange(exchange: Exchange): void {
    const options = new URLSearchParams(exchange.query)
    if (exchange.path === '/now') exchange.reply(200, text, 'now')
    else if (exchange.path === '/status') exchange.reply(Number(options.get('code')), text, 'status')
    else if (exchange.path === '/big') this.#replyBig(exchange, Number(options.get('bytes')))
    else if (exchange.path === '/seen') exchange.reply(200, json, describe(exchange))
    else this.#read(exchange, options)
  }

  /** Until the listener has seen as many events of this kind. */
  until(event: HeldEvent, count = 1): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`"${event}" never came, only ${this.events.join(' ')}`)), 5000)
      const look = (): void => {
        if (this.events.filter((seen) => seen === event).length < count) return
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  release(): void {
    for (const exchange of this.held.splice(0)) exchange.reply(200, text, 'released')
  }

  #read(exchange: Exchange, options: URLSearchParams): void {
    const isHeld = exchange.path === '/hold'
    if (isHeld) this.#note('began')
    const limits = { maxBytes: Number(options.get('max') ?? 1e9), timeoutMs: Number(options.get('timeout') ?? 1000) }
    exchange.readBody(limits, {
      onBody: (bytes) => {
        if (isHeld) this.#hold(exchange)
        else exchange.reply(200, text, bytes)
      },
      onRefused: (error) => this.#refuse(exchange, error),
      onGone: () => this.#note('gone'),
    })
  }

  #hold(exchange: Exchange): void {
    this.held.push(exchange)
    this.#note('body')
  }

  #refuse(exchange: Exchange, error: PipelineError): void {
    this.refusals.push(error.code)
    exchange.reply(error.meaning.http ?? 500, json, JSON.stringify({ code: error.code }))
    this.#note('refused')
  }

  #replyBig(exchange: Exchange, bytes: number): void {
    const all = new Uint8Array(new SharedArrayBuffer(bytes)).fill(97)
    exchange.reply(200, text, [all.subarray(0, 10), all.subarray(10, bytes / 2), all.subarray(bytes / 2)])
    all.fill(98)
  }

  #note(event: HeldEvent): void {
    this.events.push(event)
    for (const look of this.#watchers) look()
  }
}

const text = [['content-type', 'text/plain']] as const
const json = [['content-type', 'application/json']] as const

function describe(exchange: Exchange): string {
  const { method, path, query } = exchange
  const headers = ['x-one', 'x-absent', 'constructor', '__proto__'].map((name) => exchange.header(headerName(name)))
  return JSON.stringify({ method, path, query, headers })
}
