import type { StopReport } from './lifecycle.ts'

/** What of a process the signals need; `process` is one. */
export interface SignalHost {
  readonly pid: number
  /** On a terminal SIGHUP means that it was closed, and ends the process as it does any other. */
  readonly stderr?: { readonly isTTY?: boolean }
  on(signal: HostSignal, listener: () => void): unknown
  exit(code: number): void
  kill(pid: number, signal: 'SIGKILL'): unknown
}

export type StopSignal = 'SIGINT' | 'SIGTERM'
export type HostSignal = StopSignal | 'SIGHUP'

export interface Stoppable {
  /** Fires when the server stops because of something that it lost. */
  readonly lost?: AbortSignal
  stop(): Promise<StopReport>
  /** Replaces all threads; it reports its own failures. */
  restart?(): Promise<void>
  /** Resolves when it has stopped, for whatever reason. */
  readonly whenStopped?: Promise<StopReport>
}

/**
 * The first SIGINT or SIGTERM drains the server and ends the process: with 0, or with 1 when the drain time was over
 * before all was answered. A second signal ends it at once with SIGKILL, seen as 137: leaving any other way while a
 * thread is inside a native library would abort; so does a stop that waited in vain for such a call. SIGHUP replaces all
 * threads. A server that stops because it failed, or lost something that it cannot do without, ends the process with 1.
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
      (report) => leave(report, host),
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
  if (host.stderr?.isTTY !== true) host.on('SIGHUP', () => void server.restart?.().catch(() => undefined))
  void server.whenStopped?.then((report) => {
    if (report.failure !== undefined) leave(report, host)
  })
}

function leave({ isDrained, isHeld, failure }: StopReport, host: SignalHost): void {
  if (isHeld === true) host.kill(host.pid, 'SIGKILL')
  else host.exit(isDrained && failure === undefined ? 0 : 1)
}
