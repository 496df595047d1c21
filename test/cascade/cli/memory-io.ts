import type { CommandIo } from '../../../packages/cascade/dist/cli/command-io.js'
import { runCommandLine } from '../../../packages/cascade/dist/cli/command-line.js'
import type { CommandResult } from '../../../packages/cascade/dist/cli/exit-codes.js'
import type { RunDriver } from '../../../packages/cascade/dist/run/run-driver.js'
import { type FakeClock, fakeClock } from '../../clock/fake-clock.ts'

/** A process that keeps what a command writes, and takes signals from a test. */
export class MemoryIo implements CommandIo {
  stdout = ''
  stderr = ''
  isAbandoned = false
  readonly isErrTerminal = false
  readonly hasColor = false
  readonly env: Readonly<Record<string, string>>
  readonly clock: FakeClock = fakeClock()
  readonly #listeners = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>()

  constructor(env: Readonly<Record<string, string>> = {}) {
    this.env = env
  }

  readonly writeOut = (text: string) => void (this.stdout += text)
  readonly writeErr = (text: string) => void (this.stderr += text)
  readonly onPrint = () => () => undefined
  readonly errSize = () => undefined
  readonly isoTime = () => '2026-01-01T00:00:00.000Z'
  readonly abandon = () => void (this.isAbandoned = true)

  readonly onStopSignal = (listener: (signal: 'SIGINT' | 'SIGTERM') => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get listenerCount(): number {
    return this.#listeners.size
  }

  signal(name: 'SIGINT' | 'SIGTERM'): void {
    for (const listener of this.#listeners) listener(name)
  }
}

export interface Told {
  readonly code: CommandResult
  readonly stdout: string
  readonly stderr: string
  readonly io: MemoryIo
}

/** Runs a command over a driver that a test wrote. */
export async function runOver(driver: RunDriver, words: readonly string[], io = new MemoryIo()): Promise<Told> {
  const code = await runCommandLine(words, io, async () => driver)
  return { code, stdout: io.stdout, stderr: io.stderr, io }
}
