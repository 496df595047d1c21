import type { AnyBatch } from '@redesmyn/core'
import { countCopy } from './copy-counter.ts'
import { OnnxFeeds } from './onnx-feeds.ts'
import type { OnnxModel, OnnxTensors } from './onnx-model.ts'
import { OnnxResults } from './onnx-results.ts'

/** One model applied to batch after batch of the same columns, in memory that all of them share. */
export class OnnxRun {
  readonly #model: OnnxModel
  readonly #feeds: OnnxFeeds
  readonly #results: OnnxResults
  /** Batches take turns, where a stage runs several at once. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(model: OnnxModel, { columnNames, outputNames }: Pick<AnyBatch, 'columnNames' | 'outputNames'>) {
    this.#model = model
    this.#feeds = new OnnxFeeds(model.inputs, columnNames)
    this.#results = new OnnxResults(model.outputs, outputNames)
  }

  /** The output columns of a batch: valid until the next batch begins, which the caller's copy comes before. */
  of(batch: AnyBatch): Promise<Readonly<Record<string, unknown>>> {
    const columns = this.#turn.then(() => this.#run(batch))
    this.#turn = columns.catch(() => undefined)
    return columns
  }

  async #run(batch: AnyBatch): Promise<Readonly<Record<string, unknown>>> {
    const feeds = this.#feeds.fill(batch)
    countCopy(batch, 'onnx-input', bytesOf(feeds))
    const results = await this.#compute(feeds, batch.rowCount)
    return this.#results.columns(batch, results)
  }

  async #compute(feeds: OnnxTensors, rowCount: number): Promise<OnnxTensors> {
    try {
      const request = this.#results.request(rowCount)
      return this.#results.collect(request, await this.#model.run(feeds, request))
    } catch (error) {
      // Outputs of another shape than the model declares cannot be written into our memory: see what they are.
      return await this.#model.run(feeds, this.#results.requestFresh()).catch(() => Promise.reject(error))
    }
  }
}

function bytesOf(tensors: OnnxTensors): number {
  let bytes = 0
  for (const { data } of Object.values(tensors)) if (ArrayBuffer.isView(data)) bytes += data.byteLength
  return bytes
}
