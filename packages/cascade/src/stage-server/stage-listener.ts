import type { Clock, Log, PipelineError } from '@redesmyn/core'
import type { StageService } from './stage-service.ts'

/** What brings calls to a stage service over one address, until it is closed. */
export interface StageListener {
  /** Where senders find it, as they would write it: `unix:/run/s.sock`, `http://127.0.0.1:8000`. Without secrets. */
  readonly address: string
  /** When it has ended by itself, because whoever it is for has no more calls; with why, where that was no good end. */
  readonly ended?: Promise<PipelineError | undefined>
  /**
   * `drain` lets what is being read and written finish, and refuses what comes meanwhile with DRAINING; `abort` ends all
   * connections now. Either takes the address away. Closing twice is closing once, `abort` hurries a `drain`.
   */
  close(mode: 'drain' | 'abort'): Promise<void>
}

export interface ListenerParts {
  readonly service: StageService
  readonly clock: Clock
  readonly log: Log
  readonly security: ListenerSecurity
}

/** What a listener on a network asks of its senders, and shows them. Paths are taken from the working directory. */
export interface ListenerSecurity {
  /** PEM files of the listener's own certificate and key; both or neither. */
  readonly certPath: string | undefined
  readonly keyPath: string | undefined
  /** PEM file of who signs the certificates of senders; they need one then. */
  readonly caPath: string | undefined
  /** File with the token that senders bring as `authorization: Bearer …`; a line end at its end is not of it. */
  readonly tokenPath: string | undefined
  /** An address that others than this machine reach may go without TLS. */
  readonly isInsecure: boolean
}

/** Resolves when the address answers. Rejects with CONFIG_INVALID, or with the system's error as the cause. */
export type OpenListener = (address: URL, parts: ListenerParts) => Promise<StageListener>
