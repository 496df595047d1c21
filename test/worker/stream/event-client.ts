import type { RawConnection } from '../http/front-end/raw-connection.ts'

/** The data of an event of test/apps/streams.ts. */
export interface EventData {
  readonly n: number
  readonly name?: string
  readonly rows?: number
}

/** A client of one stream that sees every byte of it. */
export class EventClient {
  readonly connection: RawConnection

  constructor(connection: RawConnection) {
    this.connection = connection
  }

  get head(): string {
    return this.connection.received.split('\r\n\r\n')[0]?.toLowerCase() ?? ''
  }

  get status(): number {
    return Number(this.head.split(' ')[1])
  }

  /** What has come of the body, without the frames of chunks. */
  get text(): string {
    const { received } = this.connection
    const start = received.indexOf('\r\n\r\n')
    if (start === -1) return ''
    const body = received.slice(start + 4)
    return Buffer.from(this.head.includes('chunked') ? unchunk(body) : body, 'latin1').toString()
  }

  /** Blocks of the stream that have come whole. */
  get blocks(): readonly string[] {
    return this.text.split('\n\n').slice(0, -1)
  }

  /** The data of the events that are only data, from JSON. */
  get data(): readonly EventData[] {
    return this.blocks.filter((block) => block.startsWith('data: ')).map((block) => JSON.parse(block.slice(6)))
  }

  until(condition: () => boolean): Promise<void> {
    return this.connection.until(condition)
  }

  untilText(text: string): Promise<void> {
    return this.until(() => this.text.includes(text))
  }

  /** Until the body is complete. */
  async end(): Promise<this> {
    await this.until(() => this.isComplete)
    return this
  }

  get isComplete(): boolean {
    const { received } = this.connection
    const start = received.indexOf('\r\n\r\n')
    if (start === -1) return false
    if (this.head.includes('chunked')) return received.endsWith('0\r\n\r\n')
    const length = Number(/content-length: (\d+)/.exec(this.head)?.[1] ?? Number.NaN)
    return received.length - start - 4 === length
  }

  leave(): void {
    this.connection.destroy()
  }
}

function unchunk(body: string): string {
  let text = ''
  let from = 0
  for (;;) {
    const lineEnd = body.indexOf('\r\n', from)
    if (lineEnd === -1) return text
    const length = Number.parseInt(body.slice(from, lineEnd), 16)
    if (!(length > 0)) return text
    text += body.slice(lineEnd + 2, lineEnd + 2 + length)
    from = lineEnd + 4 + length
  }
}
