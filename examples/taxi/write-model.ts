import { writeFile } from 'node:fs/promises'
import { isMain } from '@redesmyn/worker'
import { encodeModel } from '../onnx/encode-model.ts'
import { mlpGraph } from '../onnx/mlp-graph.ts'

const widths = [8, 64, 32, 1]
const seed = 8

/** A perceptron over the eight features. It has learned nothing, but costs as much as one that has. */
export function encodeTaxiModel(): Uint8Array {
  return encodeModel(mlpGraph(widths, seed))
}

// From dist/taxi to taxi, beside the flow that is run from its source.
if (isMain(import.meta)) await writeFile(new URL('../../taxi/model.onnx', import.meta.url), encodeTaxiModel())
