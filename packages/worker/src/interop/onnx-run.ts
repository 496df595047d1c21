import type { AnyBatch } from '@redesmyn/core'
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
    const request = this.#results.request(batch.rowCount)
    let results: OnnxTensors
    try {
      results = { ...(await this.#model.run(feeds, request)) }
      for (const [name, tensor] of Object.entries(request)) if (tensor !== null) results = { ...results, [name]: tensor }
    } catch (error) {
      results = await this.#runFresh(feeds, error)
    }
    return this.#results.columns(batch, results)
  }

  /** A model whose outputs have another shape than it declares cannot write into our memory: see what they are. */
  async #runFresh(feeds: OnnxTensors, error: unknown): Promise<OnnxTensors> {
    try {
      return await this.#model.run(feeds, this.#results.requestFresh())
    } catch {
      throw error
    }
  }
}
