import { type AnyBatch, fillTensor, type HandlerContext, type NumericColumn, widthOf } from '@redesmyn/core'
import { numbersOf, valueOf } from './batch-columns.ts'
import { inputMismatch } from './input-mismatch.ts'
import { soundNumbers } from './integer-values.ts'
import { type FeedNumbers, listFeed, numberListOf } from './list-feed.ts'
import type { OnnxTensor, OnnxTensors, OnnxValueInfo } from './onnx-model.ts'
import { isNumericElement, TensorBuffer } from './tensor-buffer.ts'

type Context = Pick<HandlerContext<unknown>, 'reject'>

interface Feed {
  readonly input: OnnxValueInfo
  readonly columnNames: readonly string[]
  readonly buffer: TensorBuffer | undefined
}

/** Brings columns into a model's inputs: one copy, into memory that is used again for the next batch. */
export class OnnxFeeds {
  readonly #feeds: readonly Feed[]
  readonly #columnNames: readonly string[]

  /**
   * Inputs are found by column name; a model of one input otherwise takes all columns, side by side in schema order.
   * Throws CONFIG_INVALID where neither works, RECORD_INVALID where the columns are not the app's own choice.
   */
  constructor(inputs: readonly OnnxValueInfo[], batch: Pick<AnyBatch, 'columnNames'>) {
    this.#columnNames = batch.columnNames
    this.#feeds = inputs.map((input) => {
      const columnNames = namesFor(input, inputs, batch)
      return { input, columnNames, buffer: isNumericElement(input.type) ? new TensorBuffer(input.type) : undefined }
    })
  }

  /** Whether these are the columns it was made for. */
  isFor(columnNames: readonly string[]): boolean {
    const own = this.#columnNames
    return own === columnNames || (own.length === columnNames.length && own.every((name, i) => name === columnNames[i]))
  }

  /** Rows that the model cannot take are rejected, and zero in its inputs. */
  fill(batch: AnyBatch, context: Context): OnnxTensors {
    const tensors: Record<string, OnnxTensor> = {}
    for (const feed of this.#feeds) tensors[feed.input.name] = fillFeed(feed, batch, context)
    return tensors
  }
}

function namesFor(
  input: OnnxValueInfo,
  inputs: readonly OnnxValueInfo[],
  batch: Pick<AnyBatch, 'columnNames'>,
): readonly string[] {
  const { columnNames } = batch
  if (columnNames.includes(input.name)) return [input.name]
  if (inputs.length === 1) return columnNames
  const known = columnNames.map((name) => `"${name}"`).join(', ')
  throw inputMismatch(batch, `there is no column for the model's input "${input.name}", only ${known}`)
}

function fillFeed({ input, columnNames, buffer }: Feed, batch: AnyBatch, context: Context): OnnxTensor {
  const { rowCount } = batch
  if (buffer === undefined) {
    return { data: texts(input, batch, columnNames), dims: dimsOf(input, batch, columnNames.length) }
  }
  const list = columnNames.length === 1 ? numberListOf(batch.column(columnNames[0])) : undefined
  const { columns, dims } =
    list === undefined ? columnFeed(input, batch, columnNames) : listFeed(input, batch, list, context)
  const sound = columns.map((column, index) =>
    soundNumbers(input.type ?? '', column, rowCount, (row, value) => {
      const message = `column "${columnNames[index]}" holds ${value}, the model's input "${input.name}" takes ${input.type}`
      context.reject(row, 'RECORD_INVALID', message)
    }),
  )
  const data = buffer.values(rowCount * widthOf(columns))
  fillTensor(data, sound, rowCount)
  return { data, dims }
}

function columnFeed(input: OnnxValueInfo, batch: AnyBatch, columnNames: readonly string[]): FeedNumbers {
  const columns = columnNames.map((name) => numbers(input, name, batch))
  return { columns, dims: dimsOf(input, batch, widthOf(columns)) }
}

function numbers(input: OnnxValueInfo, name: string, batch: AnyBatch): NumericColumn {
  const column = numbersOf(batch.column(name), batch.rowCount)
  if (column !== undefined) return column
  const message = `the model's input "${input.name}" takes ${input.type}, column "${name}" holds no numbers`
  throw inputMismatch(batch, message)
}

function texts(input: OnnxValueInfo, batch: AnyBatch, columnNames: readonly string[]): string[] {
  if (input.type !== 'string') {
    const message = `the model's input "${input.name}" takes ${input.type ?? 'no tensor'}, which no column holds`
    throw inputMismatch(batch, message)
  }
  const columns = columnNames.map((name) => batch.column(name))
  const data: string[] = []
  for (let row = 0; row < batch.rowCount; row++)
    for (const column of columns) data.push(textOf(input, batch, valueOf(column, row)))
  return data
}

function textOf(input: OnnxValueInfo, batch: AnyBatch, value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  throw inputMismatch(batch, `the model's input "${input.name}" takes texts, not ${typeof value}`)
}

/** Rows first, then what the model says. Its own number of values in a row must be that of the columns. */
function dimsOf({ name, shape }: OnnxValueInfo, batch: AnyBatch, width: number): readonly number[] {
  const { rowCount } = batch
  const rest = shape.slice(1)
  if (rest.length === 0 && shape.length === 1 && width === 1) return [rowCount]
  if (rest.length <= 1 && typeof rest[0] !== 'number') return [rowCount, width]
  const isFixed = rest.every((dim) => typeof dim === 'number')
  const expected = rest.reduce<number>((product, dim) => product * Number(dim), 1)
  if (isFixed && expected === width) return [rowCount, ...rest.map(Number)]
  const message = `the model's input "${name}" takes the shape [${shape.join(', ')}], the columns give ${width} numbers a row`
  throw inputMismatch(batch, message)
}
