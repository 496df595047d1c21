import type { RunDriver } from '../run/run-driver.ts'
import type { CommandIo } from './command-io.ts'
import type { CommandResult } from './exit-codes.ts'

/** What a command is made of. */
export interface CommandParts {
  readonly io: CommandIo
  /** The result of the command, where it is not 0. */
  readonly tell: (result: CommandResult) => void
  /** Loaded when it is needed: serving needs nothing of it. */
  readonly loadDriver: () => Promise<RunDriver>
}
