/** As much of a terminal as progress uses: it breaks and joins lines when it is resized, as most do. */
export class ScreenUnderTest {
  #columns: number
  readonly #rows: number
  /** As written, however wide; `isBroken` rows follow from the width. */
  #lines: string[] = ['']
  /** The line that the cursor stands on, always at its begin when it moves. */
  #line = 0

  constructor(columns: number, rows: number) {
    this.#columns = columns
    this.#rows = rows
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#columns, rows: this.#rows }
  }

  /** What a person sees, without empty lines at the end. */
  get lines(): readonly string[] {
    const last = this.#lines.findLastIndex((line) => line !== '')
    return this.#lines.slice(0, last + 1)
  }

  resize(columns: number): void {
    this.#columns = columns
  }

  write(text: string): void {
    for (const [piece, command] of text.matchAll(/\x1b\[(\d*[A-Za-z])|\r|\n|[^\x1b\r\n]+/g)) {
      if (piece === '\n') this.#nextLine()
      else if (piece === '\r') continue
      else if (command === undefined) this.#put(piece)
      else this.#obey(command)
    }
  }

  #put(text: string): void {
    this.#lines[this.#line] = text
  }

  #nextLine(): void {
    this.#line++
    if (this.#line === this.#lines.length) this.#lines.push('')
  }

  #obey(command: string): void {
    if (command.endsWith('A')) this.#moveUp(Number(command.slice(0, -1)))
    else if (command === 'J') this.#lines = [...this.#lines.slice(0, this.#line), '']
    else if (command !== 'K') throw new Error(`the screen does not know ${command}`)
  }

  /** Rows are counted as they stand on the screen: a line that is too wide has several. */
  #moveUp(rows: number): void {
    for (let left = rows; left > 0; ) {
      this.#line--
      if (this.#line < 0) throw new Error('the cursor has left the screen at its top')
      left -= Math.max(1, Math.ceil(this.#lines[this.#line].length / this.#columns))
      if (left < 0) throw new Error('the cursor stands in the middle of a line')
    }
  }
}
