import { PipelineError } from '@redesmyn/core'
import { exitOnSignals, type HostSignal, type SignalHost, type StopReport, type StopSignal } from '@redesmyn/worker'
import { describe, expect, test } from 'vitest'

class TestHost implements SignalHost {
  readonly pid = 7
  readonly stderr: { readonly isTTY: boolean }
  readonly calls: string[] = []
  readonly #listeners = new Map<HostSignal, () => void>()

  constructor(isTTY = false) {
    this.stderr = { isTTY }
  }

  on(signal: HostSignal, listener: () => void): void {
    this.#listeners.set(signal, listener)
  }

  exit(code: number): void {
    this.calls.push(`exit ${code}`)
  }

  kill(pid: number, signal: string): void {
    this.calls.push(`kill ${pid} ${signal}`)
  }

  send(signal: HostSignal): void {
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

  test('a thread inside a native call that does not return ends the process by SIGKILL, for an exit would abort', async () => {
    const host = new TestHost()
    exitOnSignals(
      serverThat(async () => ({ isDrained: false, isHeld: true })),
      host,
    )

    host.send('SIGTERM')
    await settled()

    expect(host.calls).toEqual(['kill 7 SIGKILL'])
  })

  test('a server that stops because it failed ends the process with 1, one that was stopped in code does not', async () => {
    const failure = new PipelineError('EXECUTOR_LOST', 'its threads do not live')
    const calls = await Promise.all(
      [{ isDrained: true, failure }, { isDrained: true }].map(async (report) => {
        const host = new TestHost()
        exitOnSignals({ stop: async () => report, whenStopped: Promise.resolve(report) }, host)
        await settled()
        return host.calls
      }),
    )

    expect(calls).toEqual([['exit 1'], []])
  })

  test('SIGHUP restarts the threads, as often as it comes, and not where it says that a terminal was closed', async () => {
    const calls = await Promise.all(
      [false, true].map(async (isTTY) => {
        const host = new TestHost(isTTY)
        let restarts = 0
        const restart = async () => {
          restarts++
          throw new Error('told elsewhere')
        }
        exitOnSignals({ stop: async () => ({ isDrained: true }), restart }, host)
        host.send('SIGHUP')
        host.send('SIGHUP')
        await settled()
        return [restarts, ...host.calls]
      }),
    )

    expect(calls).toEqual([[2], [0]])
  })
})

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
