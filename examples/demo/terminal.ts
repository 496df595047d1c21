import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'green' | 'cyan' | 'yellow'

/** Prints the steps of the demo; in colour where somebody looks at a terminal. */
export class Terminal {
  readonly #out: NodeJS.WriteStream
  readonly #isColoured: boolean
  #step = 0

  constructor(out: NodeJS.WriteStream, env: Readonly<Record<string, string | undefined>>) {
    this.#out = out
    this.#isColoured = out.isTTY && (env.NO_COLOR ?? '') === ''
  }

  title(text: string): void {
    this.#print(`\n${this.#style('bold', text)}`)
  }

  /** A numbered headline. */
  step(text: string): void {
    this.#step++
    this.#print(`\n${this.#style('cyan', `${this.#step}`)}  ${this.#style('bold', text)}`)
  }

  command(text: string): void {
    this.#print(`   ${this.#style('dim', '$')} ${text}`)
  }

  answer(text: string): void {
    this.#print(`   ${this.#style('green', text)}`)
  }

  refusal(text: string): void {
    this.#print(`   ${this.#style('yellow', text)}`)
  }

  note(text: string): void {
    this.#print(`   ${this.#style('dim', text)}`)
  }

  /** One bar a value, the longest 40 characters wide. */
  bars(values: ReadonlyMap<string, number>): void {
    const most = Math.max(...values.values(), 1)
    const width = Math.max(...[...values.keys()].map(({ length }) => length))
    for (const [label, value] of values) {
      const bar = '█'.repeat(Math.max(1, Math.round((value / most) * 40)))
      this.#print(`   ${label.padStart(width)}  ${this.#style('green', bar)} ${value}`)
    }
  }

  #style(style: Style, text: string): string {
    return this.#isColoured ? styleText(style, text) : text
  }

  #print(line: string): void {
    this.#out.write(`${line}\n`)
  }
}
