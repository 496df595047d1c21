import type { Clock } from '@redesmyn/core'
import type { Logger, LoggerOptions } from '@redesmyn/worker'
import type { OpenedApp } from '../app/open-app.ts'
import type { RunWatcher } from '../run-driver.ts'
import type { RunOptions } from '../run-options.ts'
import type { RunIdentity } from './run-identity.ts'

/** What is the same for everything that one command makes. */
export interface RunSetting {
  readonly app: OpenedApp
  readonly options: RunOptions
  readonly identity: RunIdentity
  readonly clock: Clock
  readonly logger: Logger
  readonly logging: LoggerOptions
  readonly watcher: RunWatcher
  /** Aborts when the command is to stop. */
  readonly signal: AbortSignal
}
