/** What a command may touch of its process; a test gives its own. */
export interface CommandIo {
  /** Only what was asked for. */
  readonly writeOut: (text: string) => void
  /** Failures and logs. */
  readonly writeErr: (text: string) => void
  /** Whether people read what is written to `writeErr`; else it is one JSON object a line. */
  readonly isErrTerminal: boolean
  /** The time of a log line. */
  readonly isoTime: () => string
}
