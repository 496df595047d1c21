import type { StopReport } from './lifecycle.ts'

/** What of a process the signals need; `process` is one. */
export interface SignalHost {
  readonly pid: number
  on(signal: StopSignal, listener: () => void): unknown
  exit(code: number): void
  kill(pid: number, signal: 'SIGKILL'): unknown
}

export type StopSignal = 'SIGINT' | 'SIGTERM'

export interface Stoppable {
  /** Fires when the server stops because of something that it lost. */
  readonly lost?: AbortSignal
  stop(): Promise<StopReport>
}

/**
 * The first SIGINT or SIGTERM drains the server and ends the process: with 0, or with 1 when the drain time was over
 * before all was answered. So does the loss of something that the server cannot do without, always with 1. A second signal ends it at once with SIGKILL, seen as 137: leaving any other way while a
 * thread is inside a native library would abort.
 */
export function exitOnSignals(server: Stoppable, host: SignalHost): void {
  let isStopping = false
  const onSignal = () => {
    if (isStopping) {
      host.kill(host.pid, 'SIGKILL')
      return
    }
    isStopping = true
    server.stop().then(
      ({ isDrained }) => host.exit(isDrained ? 0 : 1),
      () => host.exit(1),
    )
  }
  server.lost?.addEventListener('abort', () => {
    isStopping = true
    const exit = () => host.exit(1)
    server.stop().then(exit, exit)
  })
  host.on('SIGINT', onSignal)
  host.on('SIGTERM', onSignal)
}
