import { createFrontEnd, type FrontEndLoading } from '../../../../packages/worker/dist/http/create-front-end.js'
import type { FrontEnd } from '../../../../packages/worker/dist/http/exchange.js'
import type { TestedKind } from './allowed-differences.ts'
import { ManualClock } from './manual-clock.ts'
import { RawConnection } from './raw-connection.ts'
import { TestListener } from './test-listener.ts'

/** A front end on a port of its own, the listener behind it, and the clock that times its bodies. */
export class FrontEndUnderTest {
  readonly frontEnd: FrontEnd
  readonly listener: TestListener
  readonly clock: ManualClock
  readonly port: number

  private constructor(frontEnd: FrontEnd, listener: TestListener, clock: ManualClock, port: number) {
    this.frontEnd = frontEnd
    this.listener = listener
    this.clock = clock
    this.port = port
  }

  static async start(kind: TestedKind, maxInFlightBytes = 2 ** 28): Promise<FrontEndUnderTest> {
    const clock = new ManualClock()
    const listener = new TestListener()
    const options = { host: '127.0.0.1', port: 0, maxInFlightBytes, clock }
    const frontEnd = await createFrontEnd(kind, options, refuseFallback)
    const { port } = await frontEnd.listen(listener)
    return new FrontEndUnderTest(frontEnd, listener, clock, port)
  }

  connect(): Promise<RawConnection> {
    return RawConnection.open(this.port)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** One request, to see that the server is alive. */
  async isAlive(): Promise<boolean> {
    const response = await fetch(`${this.url}/now`)
    return (await response.text()) === 'now'
  }

  stop(): Promise<void> {
    return this.frontEnd.close(0)
  }
}

/** The tests name the front end that they mean. */
export const refuseFallback: FrontEndLoading = {
  onFallback(error) {
    throw error
  },
}

/** A request head; `lines` are header lines without line ends. */
export function head(line: string, ...lines: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'Host: test', ...lines, '', ''].join('\r\n')
}
