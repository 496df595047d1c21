import { type AnyBatch, PipelineError } from '@redesmyn/core'
import { numbersOf, valueOf } from './batch-columns.ts'
import { fillTensor, type NumericColumn, widthOf } from './fill-tensor.ts'
import type { OnnxTensor, OnnxTensors, OnnxValueInfo } from './onnx-model.ts'
import { isNumericElement, TensorBuffer } from './tensor-buffer.ts'

interface Feed {
  readonly input: OnnxValueInfo
  readonly columnNames: readonly string[]
  readonly buffer: TensorBuffer | undefined
}

/** Brings columns into a model's inputs: one copy, into memory that is used again for the next batch. */
export class OnnxFeeds {
  readonly #feeds: readonly Feed[]

  /**
   * Inputs are found by column name; a model of one input otherwise takes all columns, side by side in schema order.
   * Throws CONFIG_INVALID where neither works.
   */
  constructor(inputs: readonly OnnxValueInfo[], columnNames: readonly string[]) {
    this.#feeds = inputs.map((input) => {
      const names = namesFor(input, inputs, columnNames)
      return {
        input,
        columnNames: names,
        buffer: isNumericElement(input.type) ? new TensorBuffer(input.type) : undefined,
      }
    })
  }

  fill(batch: AnyBatch): OnnxTensors {
    const tensors: Record<string, OnnxTensor> = {}
    for (const feed of this.#feeds) tensors[feed.input.name] = fillFeed(feed, batch)
    return tensors
  }
}

function namesFor(
  input: OnnxValueInfo,
  inputs: readonly OnnxValueInfo[],
  columnNames: readonly string[],
): readonly string[] {
  if (columnNames.includes(input.name)) return [input.name]
  if (inputs.length === 1) return columnNames
  const known = columnNames.map((name) => `"${name}"`).join(', ')
  throw new PipelineError('CONFIG_INVALID', `there is no column for the model's input "${input.name}", only ${known}`)
}

function fillFeed({ input, columnNames, buffer }: Feed, batch: AnyBatch): OnnxTensor {
  const { rowCount } = batch
  if (buffer === undefined)
    return { data: texts(input, batch, columnNames), dims: dimsOf(input, rowCount, columnNames.length) }
  const columns = columnNames.map((name) => numbers(input, name, batch))
  const width = widthOf(columns)
  const dims = dimsOf(input, rowCount, width)
  const data = buffer.values(rowCount * width)
  fillTensor(data, columns, rowCount)
  return { data, dims }
}

function numbers(input: OnnxValueInfo, name: string, batch: AnyBatch): NumericColumn {
  const column = numbersOf(batch.column(name), batch.rowCount)
  if (column !== undefined) return column
  throw new PipelineError(
    'CONFIG_INVALID',
    `the model's input "${input.name}" takes ${input.type}, column "${name}" holds no numbers`,
  )
}

function texts(input: OnnxValueInfo, batch: AnyBatch, columnNames: readonly string[]): string[] {
  if (input.type !== 'string') {
    throw new PipelineError(
      'CONFIG_INVALID',
      `the model's input "${input.name}" takes ${input.type ?? 'no tensor'}, which no column holds`,
    )
  }
  const columns = columnNames.map((name) => batch.column(name))
  const data: string[] = []
  for (let row = 0; row < batch.rowCount; row++)
    for (const column of columns) data.push(textOf(input, valueOf(column, row)))
  return data
}

function textOf(input: OnnxValueInfo, value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null) return ''
  throw new PipelineError('CONFIG_INVALID', `the model's input "${input.name}" takes texts, not ${typeof value}`)
}

/** Rows first, then what the model says. Its own number of values in a row must be that of the columns. */
function dimsOf({ name, shape }: OnnxValueInfo, rowCount: number, width: number): readonly number[] {
  const rest = shape.slice(1)
  if (rest.length === 0 && shape.length === 1 && width === 1) return [rowCount]
  if (rest.length <= 1 && typeof rest[0] !== 'number') return [rowCount, width]
  const isFixed = rest.every((dim) => typeof dim === 'number')
  const expected = rest.reduce<number>((product, dim) => product * Number(dim), 1)
  if (isFixed && expected === width) return [rowCount, ...rest.map(Number)]
  throw new PipelineError(
    'CONFIG_INVALID',
    `the model's input "${name}" takes the shape [${shape.join(', ')}], the columns give ${width} numbers a row`,
  )
}
