import {
  type AnyStage,
  BatchWriter,
  type Field,
  inferFields,
  JsonRows,
  layoutBatch,
  PipelineError,
  type RowSource,
  toErrorData,
} from '@redesmyn/core'
import type { LoadedApp } from '../app/load-app.ts'
import { ArrowReader } from './arrow-reader.ts'
import { decodeJsonBody } from './decode-json-body.ts'
import type { ParseReply, ParseTask } from './parse-task.ts'
import { RecordReader } from './record-reader.ts'

interface StageReaders {
  readonly stage: AnyStage
  readonly records: RecordReader
  readonly arrow: ArrowReader
}

interface ParsedRows {
  readonly isSingle: boolean
  readonly nullRows: readonly number[] | undefined
  readonly fields: readonly Field[]
  readonly rows: RowSource
}

/** Turns whole bodies into columns, in the parse thread. */
export class BodyParser {
  readonly #app: LoadedApp
  readonly #readers = new Map<string, StageReaders>()

  constructor(app: LoadedApp) {
    this.#app = app
  }

  /** Never throws: an error that crosses a thread would lose its code. */
  parse(task: ParseTask): ParseReply {
    try {
      const { rows, fields, isSingle, nullRows } = this.#read(task)
      const { rowCount } = rows
      const capacity = rows.measure(0, rowCount)
      const layout = layoutBatch(fields, capacity)
      const buffer = new ArrayBuffer(layout.byteLength)
      if (!rows.writeTo(new BatchWriter(layout, buffer), 0, rowCount)) {
        throw new PipelineError('INTERNAL', `${rowCount} rows do not fit the room that was measured for them`)
      }
      return { kind: 'parsed', isSingle, nullRows, fields, rowCount, capacity, buffer }
    } catch (error) {
      return { kind: 'failed', error: toErrorData(error, 'INTERNAL') }
    }
  }

  #read({ stage, format, onInvalid, bytes }: ParseTask): ParsedRows {
    const readers = this.#readersOf(stage)
    if (format === 'arrow') return { ...readers.arrow.read(bytes), isSingle: false, nullRows: undefined }
    const reader = readers.records
    const body = decodeJsonBody(bytes, reader.exact)
    const isSingle = !Array.isArray(body)
    const { records, nullRows } = Array.isArray(body)
      ? reader.readMany(body, onInvalid)
      : { records: [reader.readOne(body)], nullRows: undefined }
    const fields = readers.stage.input?.fields ?? inferFields(records)
    return { isSingle, nullRows, fields, rows: new JsonRows(records, fields, bytes.byteLength) }
  }

  #readersOf(name: string): StageReaders {
    const known = this.#readers.get(name)
    if (known !== undefined) return known
    const { compile } = this.#app
    const stage = this.#app.stages.get(name)
    if (stage === undefined) throw new PipelineError('INTERNAL', `the app has no stage "${name}"`)
    const readers = {
      stage,
      records: new RecordReader(stage, compile),
      arrow: new ArrowReader(stage, compile),
    }
    this.#readers.set(name, readers)
    return readers
  }
}
