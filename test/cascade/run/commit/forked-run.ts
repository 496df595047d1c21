import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { OutputOptions } from '../../../../packages/cascade/dist/run/commit/open-output.js'
import type { RunPlan } from '../../../../packages/cascade/dist/run/plan/run-plan.js'
import { rowsOfPart } from './written-output.ts'

const script = fileURLToPath(new URL('./run-process.js', import.meta.url))

export interface RunEnd {
  readonly outcome?: 'completed' | 'partial'
  readonly code?: string
  readonly message?: string
  /** Changes that it made on disk. */
  readonly stepCount: number
}

export interface RunOrder {
  readonly options?: Partial<OutputOptions>
  readonly signal?: NodeJS.Signals
  /** Before which of its changes on disk it gets the signal, from 1; never where there are fewer. */
  readonly atStep?: number
}

/** A run in a process of its own. */
export class ForkedRun {
  readonly #child: ChildProcess
  /** Undefined where it was killed. */
  readonly ended: Promise<RunEnd | undefined>

  constructor(plan: RunPlan, { options, signal, atStep }: RunOrder = {}) {
    // It has its parts from the compiler, and whole packages as users have them: half the time to start.
    this.#child = fork(script, { execArgv: [] })
    this.ended = endOf(this.#child)
    const base = { runId: 'forked', publish: 'part', restart: false, acceptDrift: false }
    const extensions = { extension: 'ndjson', rejectsExtension: 'ndjson' }
    this.#child.send({ plan, options: { ...base, ...extensions, ...options }, signal, atStep, rowsOfPart })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Whether it was stopped; false where it ended before. */
  async stopped(): Promise<boolean> {
    while (this.#child.exitCode === null && this.#child.signalCode === null) {
      if (/^State:\s+T/m.test(readStatus(this.pid))) return true
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    return false
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }
}

async function endOf(child: ChildProcess): Promise<RunEnd | undefined> {
  let end: RunEnd | undefined
  child.on('message', (message: RunEnd) => {
    end = message
  })
  await once(child, 'close')
  return end
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
