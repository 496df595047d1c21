import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMain } from '@redesmyn/worker'
import { encodeModel } from '../onnx/encode-model.ts'
import { type LinearModel, linearGraph } from '../onnx/linear-graph.ts'

interface IrisModel extends LinearModel {
  readonly runId: string
  readonly modelId: string
}

/** Predict the length of a sepal from its width and the petal's length and width. */
export const irisModels: readonly IrisModel[] = [
  {
    // A lasso over standardised features.
    runId: '903683212157180428',
    modelId: '000449a650df4e36844626e647d15664',
    mean: [3.0573333333333337, 3.7580000000000005, 1.1993333333333336],
    scale: [0.4344109677354946, 1.759404065775303, 0.7596926279021594],
    coefficients: [0.27928053548617143, 1.2166830818388885, -0.3932023658650099],
    intercept: 5.843333333333335,
  },
  {
    // Ordinary least squares over the measurements as they are.
    runId: '903683212157180428',
    modelId: '6f1c0e8be2d84a8bb5a3d2b4f0c7a915',
    mean: [0, 0, 0],
    scale: [1, 1, 1],
    coefficients: [0.65083716, 0.70913196, -0.55648266],
    intercept: 1.85599749,
  },
]

export function encodeIrisModel(model: IrisModel): Uint8Array {
  return encodeModel(linearGraph('sepal_length', model))
}

/** `folder` holds one folder a run, and in it one a model. */
export async function writeIrisModels(folder: URL): Promise<void> {
  for (const model of irisModels) {
    const path = fileURLToPath(new URL(`./${model.runId}/${model.modelId}/model.onnx`, folder))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, encodeIrisModel(model))
  }
}

// From dist/iris to iris/models, beside the app that is served from its source.
if (isMain(import.meta)) await writeIrisModels(new URL('../../iris/models/', import.meta.url))
