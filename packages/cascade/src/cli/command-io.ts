import type { Cancel, Clock } from '@redesmyn/core'
import type { Environment } from '@redesmyn/worker'

/** What a command may touch of its process; a test gives its own. */
export interface CommandIo {
  /** Only what was asked for. */
  readonly writeOut: (text: string) => void
  /** Failures, logs and progress. */
  readonly writeErr: (text: string) => void
  /**
   * Calls back for all that others print, the app and its threads: until it is cancelled nothing but `writeOut` and
   * `writeErr` reaches stdout and stderr. What goes to their descriptors past the process' streams is not noticed.
   */
  readonly onPrint: (listener: (text: string) => void) => Cancel
  /** Whether people read what is written to `writeErr`; else it is one JSON object a line. */
  readonly isErrTerminal: boolean
  /** Of the terminal behind `writeErr`, at this moment; undefined where there is none that can move its cursor. */
  readonly errSize: () => { readonly columns: number; readonly rows: number } | undefined
  readonly hasColor: boolean
  readonly env: Environment
  /** The time of a log line. */
  readonly isoTime: () => string
  readonly clock: Clock
  /** Calls back for each SIGINT and SIGTERM, which then do nothing else, until it is cancelled. */
  readonly onStopSignal: (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => Cancel
  /** Ends the process at once, also in the middle of native code. */
  readonly abandon: () => void
}
