import {
  Field,
  FixedSizeList,
  Float32,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
} from 'apache-arrow'
import type { Work } from './work.ts'

/** One record whose columns are lists of floats of fixed length, as an Arrow stream; the answer has one such column. */
export function arrowWork(
  columns: Readonly<Record<string, Float32Array>>,
  isRight: (values: number[]) => boolean,
): Work {
  const parts = Object.entries(columns).map(([name, values]) => {
    const child = makeData({ type: new Float32(), data: values })
    const type = new FixedSizeList(values.length, new Field('item', new Float32(), false))
    return { field: new Field(name, type, false), data: makeData({ type, length: 1, nullCount: 0, child }) }
  })
  const schema = new Schema(parts.map(({ field }) => field))
  const type = new Struct(schema.fields)
  const data = makeData({ type, length: 1, nullCount: 0, children: parts.map((part) => part.data) })
  const batch = new RecordBatch(schema, data)
  return {
    body: new Uint8Array(tableToIPC(new Table(batch), 'stream')),
    contentType: 'application/vnd.apache.arrow.stream',
    isRight(answer) {
      const [row] = tableFromIPC(answer).toArray()
      const [values] = Object.values(row.toJSON())
      return isRight(Array.from(values as Iterable<number>))
    },
  }
}
