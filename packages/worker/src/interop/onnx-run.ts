import { type AnyBatch, type HandlerContext, PipelineError } from '@redesmyn/core'
import { countCopy } from './copy-counter.ts'
import { isOver } from './lending-batch.ts'
import { OnnxFeeds } from './onnx-feeds.ts'
import type { OnnxModel, OnnxTensors } from './onnx-model.ts'
import { OnnxResults } from './onnx-results.ts'

type Context = Pick<HandlerContext<unknown>, 'reject'>

/** One model applied to batch after batch, in memory that is used again. */
export class OnnxRun {
  readonly #model: OnnxModel
  readonly #results: OnnxResults
  /** For the columns of the last batch: a stage without an input schema may get others with the next. */
  #feeds: OnnxFeeds | undefined
  /** Batches take turns, where a stage runs several at once. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(model: OnnxModel, outputNames: readonly string[]) {
    this.#model = model
    this.#results = new OnnxResults(model.outputs, outputNames)
  }

  /** The output columns of a batch: valid until it is over. */
  of(batch: AnyBatch, context: Context): Promise<Readonly<Record<string, unknown>>> {
    const columns = this.#turn.then(() => this.#run(batch, context))
    this.#turn = columns.catch(() => undefined)
    return columns
  }

  async #run(batch: AnyBatch, context: Context): Promise<Readonly<Record<string, unknown>>> {
    assertWanted(batch)
    const feeds = this.#feedsFor(batch).fill(batch, context)
    countCopy(batch, 'onnx-input', bytesOf(feeds))
    const results = await this.#compute(feeds, batch)
    assertWanted(batch)
    return this.#results.columns(batch, results)
  }

  #feedsFor(batch: AnyBatch): OnnxFeeds {
    if (this.#feeds?.isFor(batch.columnNames) !== true) this.#feeds = new OnnxFeeds(this.#model.inputs, batch)
    return this.#feeds
  }

  async #compute(feeds: OnnxTensors, batch: AnyBatch): Promise<OnnxTensors> {
    try {
      const request = this.#results.request(batch)
      return this.#results.collect(request, await this.#model.run(feeds, request))
    } catch (error) {
      // Outputs of another shape than the model declares cannot be written into our memory: see what they are.
      return await this.#model.run(feeds, this.#results.requestFresh()).catch(() => Promise.reject(error))
    }
  }
}

/** A layer may have given the call up while it waited for its turn: the batch's memory is another's by now. */
function assertWanted(batch: AnyBatch): void {
  if (isOver(batch)) throw new PipelineError('DEADLINE_EXCEEDED', 'the batch was over before its model ran')
}

function bytesOf(tensors: OnnxTensors): number {
  let bytes = 0
  for (const { data } of Object.values(tensors)) if (ArrayBuffer.isView(data)) bytes += data.byteLength
  return bytes
}
