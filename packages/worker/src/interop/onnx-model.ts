import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ModelLoader, PipelineError } from '@redesmyn/core'
import type { InferenceSession, Tensor, TypedTensor } from 'onnxruntime-node'
import { Libraries } from './libraries.ts'
import { appFolder, type NativeCall, nativeCall } from './native-call.ts'

export interface OnnxOptions {
  /** Threads of one call. Default 1: stages run side by side already, each in threads of its own. */
  readonly intraOpThreads?: number
}

/** What the model says about one of its inputs or outputs. */
export interface OnnxValueInfo {
  readonly name: string
  /** Element type as ONNX calls it, for instance `float32`; undefined for what is no tensor. */
  readonly type: string | undefined
  /** A text stands for a dimension that is not fixed, such as the number of rows. */
  readonly shape: readonly (number | string)[]
}

export interface OnnxTensor {
  readonly data: Tensor.DataType
  readonly dims: readonly number[]
}

export type OnnxTensors = Readonly<Record<string, OnnxTensor>>

/** A loaded ONNX model. It blocks its thread while it runs. */
export class OnnxModel {
  readonly inputs: readonly OnnxValueInfo[]
  readonly outputs: readonly OnnxValueInfo[]
  readonly #session: InferenceSession
  readonly #libraries: Libraries
  readonly #callNative: NativeCall

  private constructor(session: InferenceSession, libraries: Libraries, callNative: NativeCall) {
    this.inputs = session.inputMetadata.map(describe)
    this.outputs = session.outputMetadata.map(describe)
    this.#session = session
    this.#libraries = libraries
    this.#callNative = callNative
  }

  static async load(path: string, { intraOpThreads = 1 }: OnnxOptions = {}): Promise<OnnxModel> {
    const libraries = new Libraries()
    const callNative = nativeCall()
    const { InferenceSession } = libraries.onnx
    const options = { intraOpNumThreads: intraOpThreads, interOpNumThreads: 1 }
    const session = await callNative(() => InferenceSession.create(path, options))
    return new OnnxModel(session, libraries, callNative)
  }

  /**
   * Runs the model on tensors by input name. Shared memory is copied, because ONNX Runtime refuses it. `results` names
   * the outputs that are wanted (default all); where it gives a tensor instead of null, the result is written there.
   */
  async run(feeds: OnnxTensors, results?: Readonly<Record<string, OnnxTensor | null>>): Promise<OnnxTensors> {
    const tensors = mapValues(feeds, (name, tensor) => this.#tensor(this.#typeOf(name), tensor))
    if (results === undefined) return this.#callNative(() => this.#session.run(tensors))
    const fetches = mapValues(results, (name, tensor) => tensor && this.#tensor(this.#typeOf(name), tensor))
    return this.#callNative(() => this.#session.run(tensors, fetches))
  }

  async dispose(): Promise<void> {
    await this.#callNative(() => this.#session.release())
  }

  #typeOf(name: string): string | undefined {
    return [...this.inputs, ...this.outputs].find((value) => value.name === name)?.type
  }

  #tensor(type: string | undefined, { data, dims }: OnnxTensor): TypedTensor<Tensor.Type> {
    const own = ArrayBuffer.isView(data) && data.buffer instanceof SharedArrayBuffer ? data.slice() : data
    const { Tensor } = this.#libraries.onnx
    return new Tensor((type ?? 'float32') as Tensor.Type, own, dims)
  }
}

/** For `modelCache`: loads `.onnx` files, one session in each thread that needs one. */
export function onnxModel(options: OnnxOptions = {}): ModelLoader<OnnxModel> {
  return {
    load: ({ path }) => OnnxModel.load(path, options),
    dispose: (model) => model.dispose(),
  }
}

/** A relative path is taken from `folder`, by default that of the app module. */
export function loadOnnx(model: string | URL, options: OnnxOptions, folder = appFolder()): Promise<OnnxModel> {
  const isUrl = model instanceof URL || model.startsWith('file:')
  return loadFile(isUrl ? fileURLToPath(model) : resolve(folder, model), options)
}

async function loadFile(path: string, options: OnnxOptions): Promise<OnnxModel> {
  if (!existsSync(path)) throw new PipelineError('CONFIG_INVALID', `there is no model file "${path}"`)
  try {
    return await OnnxModel.load(path, options)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new PipelineError('CONFIG_INVALID', `file "${path}" cannot be loaded as an ONNX model: ${reason}`, { cause })
  }
}

function describe(value: InferenceSession.ValueMetadata): OnnxValueInfo {
  return value.isTensor
    ? { name: value.name, type: value.type, shape: value.shape }
    : { name: value.name, type: undefined, shape: [] }
}

function mapValues<Value, Result>(
  record: Readonly<Record<string, Value>>,
  change: (name: string, value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(name, value)]))
}
