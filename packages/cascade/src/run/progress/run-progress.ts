import type { Cancel, Clock } from '@redesmyn/core'
import type { RunWatcher } from '../run-driver.ts'
import { JsonProgress } from './json-progress.ts'
import { PlainProgress } from './plain-progress.ts'
import type { ProgressForm, ProgressOutput } from './progress-form.ts'
import { ProgressMeter } from './progress-meter.ts'
import type { RunStatus } from './run-status.ts'
import { TerminalProgress } from './terminal-progress.ts'

/** Looks at the run that goes on, as often as its form wants, and shows it. */
export class RunProgress implements RunWatcher {
  readonly #form: ProgressForm | undefined
  readonly #clock: Clock
  readonly #output: Pick<ProgressOutput, 'write'>
  #cancel: Cancel | undefined
  #read: (() => RunStatus) | undefined
  #last: RunStatus | undefined

  constructor(form: ProgressForm | undefined, clock: Clock, output: Pick<ProgressOutput, 'write'>) {
    this.#form = form
    this.#clock = clock
    this.#output = output
  }

  /** Where the run stands that goes on, or stood when it ended. */
  get last(): RunStatus | undefined {
    return this.#read?.() ?? this.#last
  }

  began(read: () => RunStatus): void {
    this.ended()
    this.#read = read
    const form = this.#form
    if (form === undefined) return
    const meter = new ProgressMeter()
    const look = () => {
      form.show(meter.observe(read()))
      this.#cancel = this.#clock.after(form.everyMs, look)
    }
    this.#cancel = this.#clock.after(form.everyMs, look)
  }

  ended(): void {
    this.#last = this.last
    this.#read = undefined
    this.#cancel?.()
    this.#cancel = undefined
    this.#form?.clear()
  }

  write(text: string): void {
    if (this.#form === undefined) this.#output.write(text.endsWith('\n') ? text : `${text}\n`)
    else this.#form.write(text)
  }
}

/** `auto` is lines in place on a terminal that can move its cursor, and plain lines elsewhere. */
export function progressForm(
  wanted: 'auto' | 'plain' | 'json' | 'none',
  output: ProgressOutput,
): ProgressForm | undefined {
  if (wanted === 'none') return undefined
  if (wanted === 'json') return new JsonProgress(output)
  return wanted === 'auto' && output.size() !== undefined ? new TerminalProgress(output) : new PlainProgress(output)
}
