import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  BatchWriter,
  compileRecordSchema,
  encodeBatches,
  layoutBatch,
  measureColumns,
  RecordBatch,
  writeColumns,
} from '@redesmyn/core'
import { Type } from 'typebox'
import { appPath, type Ended, runCascade } from '../cascade-process.ts'

const rowsOfFile = 100

/** A folder with three files of numbers, of which a third is kept and a third rejected, and an output beside them. */
export class NumbersRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'numbers-'))
  readonly output = join(this.folder, 'out')
  readonly #app = `${appPath('sifted-flow.ts')}#doubled`

  constructor(columnNames: readonly [id: string, x: string] = ['id', 'x']) {
    for (const file of [0, 1, 2]) {
      writeFileSync(join(this.folder, `${file}.arrows`), numbersFile(file * rowsOfFile, columnNames))
    }
  }

  /** `cascade run` with these flags. */
  async run(...flags: readonly string[]): Promise<Ended> {
    const places = ['--input', join(this.folder, '*.arrows'), '--output', this.output]
    return await runCascade(['run', this.#app, ...places, ...flags])
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** x runs through -1, 0 and 1: of three rows one is rejected, one kept, and one filtered. */
function numbersFile(firstId: number, [id, x]: readonly [id: string, x: string]): Uint8Array {
  const schema = Type.Object({ [id]: Type.Integer({ minimum: 0, maximum: 2 ** 40 }), [x]: Type.Number() })
  const { fields } = compileRecordSchema(schema, 'numbers')
  const ids = Array.from({ length: rowsOfFile }, (_, row) => firstId + row)
  const columns = { [id]: ids, [x]: ids.map((value) => (value % 3) - 1) }
  const layout = layoutBatch(fields, measureColumns(fields, columns, rowsOfFile))
  const buffer = new ArrayBuffer(layout.byteLength)
  writeColumns(new BatchWriter(layout, buffer), columns, rowsOfFile, 'numbers')
  return Buffer.concat(encodeBatches(fields, [new RecordBatch(layout, buffer, rowsOfFile)]))
}
