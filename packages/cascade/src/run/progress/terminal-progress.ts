import type { ProgressForm, ProgressOutput } from './progress-form.ts'
import type { ProgressView } from './progress-view.ts'
import { terminalFrame } from './terminal-frame.ts'

const usualSize = { columns: 80, rows: 24 }

/**
 * Lines that are written over in place. Each frame is one write, over the one before and not after erasing it, so that
 * nothing flickers. The cursor is never hidden and stands below the lines: however the process ends, there is nothing to
 * restore.
 */
export class TerminalProgress implements ProgressForm {
  readonly everyMs = 100
  readonly #output: ProgressOutput
  /** Letters of each line that is on the screen. */
  #shown: readonly string[] = []

  constructor(output: ProgressOutput) {
    this.#output = output
  }

  show(view: ProgressView): void {
    const size = this.#output.size() ?? usualSize
    const lines = terminalFrame(view, { ...size, hasColor: this.#output.hasColor })
    const isSame = lines.length === this.#shown.length && lines.every((line, index) => line === this.#shown[index])
    if (isSame) return
    this.#output.write(`${this.#toTop()}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`)
    this.#shown = lines
  }

  write(text: string): void {
    const lines = this.#shown
    const above = text.endsWith('\n') ? text : `${text}\n`
    this.#output.write(`${this.#toTop()}\x1b[J${above}${lines.map((line) => `${line}\n`).join('')}`)
  }

  clear(): void {
    if (this.#shown.length > 0) this.#output.write(`${this.#toTop()}\x1b[J`)
    this.#shown = []
  }

  /** A terminal that was made narrower since has broken the lines: they stand on more rows than they were. */
  #toTop(): string {
    const { columns } = this.#output.size() ?? usualSize
    const rows = this.#shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(visibleWidth(line) / columns)), 0)
    return rows === 0 ? '\r' : `\r\x1b[${rows}A`
  }
}

function visibleWidth(line: string): number {
  return line.replace(/\x1b\[[\d;]*m/g, '').length
}
