import { exitOnSignals, type SignalHost, type StopReport, type StopSignal } from '@redesmyn/worker'
import { describe, expect, test } from 'vitest'

class TestHost implements SignalHost {
  readonly pid = 7
  readonly calls: string[] = []
  readonly #listeners = new Map<StopSignal, () => void>()

  on(signal: StopSignal, listener: () => void): void {
    this.#listeners.set(signal, listener)
  }

  exit(code: number): void {
    this.calls.push(`exit ${code}`)
  }

  kill(pid: number, signal: string): void {
    this.calls.push(`kill ${pid} ${signal}`)
  }

  send(signal: StopSignal): void {
    this.#listeners.get(signal)?.()
  }
}

function serverThat(stop: () => Promise<StopReport>) {
  let stops = 0
  return {
    stop() {
      stops++
      return stop()
    },
    get stops() {
      return stops
    },
  }
}

describe('exitOnSignals', () => {
  test.each<StopSignal>(['SIGINT', 'SIGTERM'])('%s drains the server and leaves with 0', async (signal) => {
    const host = new TestHost()
    const server = serverThat(async () => ({ isDrained: true }))
    exitOnSignals(server, host)

    host.send(signal)
    await settled()

    expect(server.stops).toBe(1)
    expect(host.calls).toEqual(['exit 0'])
  })

  test('a second signal kills the process at once, of the same kind or not', async () => {
    const host = new TestHost()
    exitOnSignals(
      serverThat(() => new Promise(() => {})),
      host,
    )

    host.send('SIGTERM')
    host.send('SIGINT')

    expect(host.calls).toEqual(['kill 7 SIGKILL'])
  })

  test('a drain that was cut off leaves with 1, and so does a stop that fails', async () => {
    for (const stop of [async () => ({ isDrained: false }), () => Promise.reject(new Error('broken'))]) {
      const host = new TestHost()
      exitOnSignals(serverThat(stop), host)

      host.send('SIGTERM')
      await settled()

      expect(host.calls).toEqual(['exit 1'])
    }
  })
})

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
