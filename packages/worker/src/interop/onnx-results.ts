import { type AnyBatch, layoutBatch, PipelineError, RecordBatch } from '@redesmyn/core'
import { whenOver } from './lending-batch.ts'
import type { OnnxTensor, OnnxTensors, OnnxValueInfo } from './onnx-model.ts'
import { splitResult } from './split-result.ts'
import { isNumericElement, TensorBuffer } from './tensor-buffer.ts'

interface Result {
  readonly info: OnnxValueInfo
  /** Values in a row; undefined where the model does not say before it has run. */
  readonly width: number | undefined
}

/** For each output, where it can be said beforehand how much it takes. */
type ResultMemory = readonly (TensorBuffer | undefined)[]

/** Kept for later batches: more are lent only while many results are read at once. */
const maxFree = 4

/** Brings a model's outputs to the columns of the stage, in memory that is used again once a batch is over. */
export class OnnxResults {
  readonly #results: readonly Result[]
  readonly #free: ResultMemory[] = []
  readonly #outputNames: readonly string[]

  /** Outputs are found by column name; otherwise the model's first output is spread over all columns. */
  constructor(outputs: readonly OnnxValueInfo[], outputNames: readonly string[]) {
    const named = outputs.filter(({ name }) => outputNames.includes(name))
    const wanted =
      outputNames.length === 0 ? outputs : named.length === outputNames.length ? named : outputs.slice(0, 1)
    this.#outputNames = outputNames
    this.#results = wanted.map((info) => ({ info, width: widthOf(info) }))
  }

  /** What the model is to compute, and where to: memory that is the batch's until it is over. */
  request(batch: AnyBatch): Record<string, OnnxTensor | null> {
    const { rowCount } = batch
    const memory = this.#lend(batch)
    const request: Record<string, OnnxTensor | null> = {}
    for (const [index, { info, width }] of this.#results.entries()) {
      const buffer = memory[index]
      const dims = [rowCount, ...info.shape.slice(1).map(Number)]
      request[info.name] = buffer && width !== undefined ? { data: buffer.values(rowCount * width), dims } : null
    }
    return request
  }

  /** The model's tensors are new objects over the memory that was given: ours need no look at them. */
  collect(request: Readonly<Record<string, OnnxTensor | null>>, computed: OnnxTensors): OnnxTensors {
    const results: Record<string, OnnxTensor> = {}
    for (const { info } of this.#results) results[info.name] = request[info.name] ?? computed[info.name]
    return results
  }

  /** The same, into memory of the model's own: for finding out what its outputs really are. */
  requestFresh(): Record<string, null> {
    return Object.fromEntries(this.#results.map(({ info }) => [info.name, null]))
  }

  /** Throws BATCH_DIM_MISMATCH for an output that has not one row for each row of the batch. */
  columns(batch: AnyBatch, tensors: OnnxTensors): Record<string, unknown> {
    const columns: Record<string, unknown> = {}
    for (const { info } of this.#results) {
      const tensor = tensors[info.name]
      assertRows(info.name, tensor.dims, batch.rowCount)
      const isNamed = this.#outputNames.length === 0 || this.#outputNames.includes(info.name)
      if (isNamed) columns[info.name] = wholeColumn(info, info.name, tensor)
      else Object.assign(columns, this.#spread(batch, info, tensor))
    }
    return columns
  }

  #lend(batch: AnyBatch): ResultMemory {
    const memory = this.#free.pop() ?? this.#results.map(createBuffer)
    whenOver(batch, () => {
      if (this.#free.length < maxFree) this.#free.push(memory)
    })
    return memory
  }

  #spread(batch: AnyBatch, info: OnnxValueInfo, tensor: OnnxTensor): Record<string, unknown> {
    const [name = info.name] = this.#outputNames
    if (this.#outputNames.length === 1) return { [name]: wholeColumn(info, name, tensor) }
    const width = valuesInRow(tensor.dims)
    if (width === this.#outputNames.length) return splitResult(batch, this.#outputNames, tensor)
    const wanted = this.#outputNames.map((output) => `"${output}"`).join(', ')
    throw new PipelineError(
      'OUTPUT_SCHEMA_MISMATCH',
      `the model's output "${info.name}" has ${width} values a row, expected one for each of ${wanted}`,
      { details: { output: info.name, expected: this.#outputNames.length, received: width } },
    )
  }
}

function createBuffer({ info, width }: Result): TensorBuffer | undefined {
  return width !== undefined && isNumericElement(info.type) ? new TensorBuffer(info.type) : undefined
}

function assertRows(output: string, dims: readonly number[], rowCount: number): void {
  const received = dims[0] ?? 1
  if (received === rowCount && dims.length > 0) return
  throw new PipelineError('BATCH_DIM_MISMATCH', `the model's output "${output}" has ${received} rows for ${rowCount}`, {
    details: { output, expected: rowCount, received },
  })
}

/** One value a row as an array; several as a list, over the same memory where they are floats. */
function wholeColumn(info: OnnxValueInfo, name: string, { data, dims }: OnnxTensor): unknown {
  const [rowCount] = dims
  const width = valuesInRow(dims)
  const valueAt = info.type === 'bool' ? (index: number) => data[index] === 1 : (index: number) => data[index]
  if (width === 1) return info.type === 'bool' ? { length: rowCount, get: valueAt } : data
  if (width > 0 && (data instanceof Float32Array || data instanceof Float64Array)) return listColumn(name, data, width)
  const listAt = (row: number) => Array.from({ length: width }, (_, index) => valueAt(row * width + index))
  return { length: rowCount, get: listAt }
}

/** The same memory as a column of fixed lists, which is copied whole where the schema has such a column. */
function listColumn(name: string, data: Float32Array | Float64Array, size: number): unknown {
  const rows = data.length / size
  const bits = data instanceof Float32Array ? 32 : 64
  const item = { name: 'item', type: { kind: 'float', bits }, isNullable: false } as const
  const field = { name, type: { kind: 'fixed-list', size, item }, isNullable: false } as const
  const layout = layoutBatch([field], { rows, variable: [] }, data.byteOffset)
  if (layout.byteOffset === data.byteOffset) return new RecordBatch(layout, data.buffer, rows).column(name)
  return { length: rows, get: (row: number) => data.subarray(row * size, (row + 1) * size) }
}

function valuesInRow(dims: readonly number[]): number {
  return dims.slice(1).reduce((product, dim) => product * dim, 1)
}

function widthOf({ shape }: OnnxValueInfo): number | undefined {
  if (shape.length === 0) return undefined
  const rest = shape.slice(1)
  return rest.every((dim) => typeof dim === 'number') ? valuesInRow([0, ...rest.map(Number)]) : undefined
}
