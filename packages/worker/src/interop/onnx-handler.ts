import {
  type AnyBatch,
  type Handler,
  type HandlerContext,
  type NoModel,
  type ObjectSchema,
  PipelineError,
} from '@redesmyn/core'
import { loadOnnx, OnnxModel, type OnnxOptions } from './onnx-model.ts'
import { OnnxRun } from './onnx-run.ts'
import type { StartingHandler } from './starting-handler.ts'

export interface OnnxHandlerOptions extends OnnxOptions {
  /** File of the model; a relative path is taken from the app module's folder. */
  readonly model: string | URL
}

/**
 * A handler that is an ONNX model: inputs and outputs are matched with columns by name; a single input takes all
 * numeric columns side by side, a single output is spread over the output columns. Without `model` it runs what the
 * endpoint's model cache has loaded.
 */
export function onnxHandler<I extends ObjectSchema, O extends ObjectSchema>(
  options: OnnxHandlerOptions,
): Handler<I, O, NoModel>
export function onnxHandler<I extends ObjectSchema, O extends ObjectSchema>(): Handler<I, O, OnnxModel>
export function onnxHandler(options?: OnnxHandlerOptions): unknown {
  // In each thread its own: the app module is loaded once there.
  let own: Promise<OnnxModel> | undefined
  const load = options && ((folder?: string) => (own ??= loadOnnx(options.model, options, folder)))
  const runs = new WeakMap<OnnxModel, OnnxRun>()
  const handler = async (batch: AnyBatch, context: HandlerContext<unknown>): Promise<unknown> => {
    const model = load === undefined ? context.model : await load()
    if (!(model instanceof OnnxModel)) throw noModel(context.stage)
    const known = runs.get(model)
    const run = known ?? new OnnxRun(model, batch.outputNames)
    if (known === undefined) runs.set(model, run)
    return run.of(batch, context)
  }
  return Object.assign(handler, { '~start': async (folder) => void (await load?.(folder)) } satisfies StartingHandler)
}

function noModel(stage: string): PipelineError {
  const message = `stage "${stage}" was given no ONNX model: use onnxModel() as its model cache's loader, or name a file`
  return new PipelineError('CONFIG_INVALID', message)
}
