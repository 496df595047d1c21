import { writeFile } from 'node:fs/promises'
import { isMain } from '@redesmyn/worker'
import { encodeModel, type OnnxGraph } from '../onnx/encode-model.ts'
import { labels, side } from './labels.ts'

const dotCount = side * side

/** How sure it is of a colour that is all there is. */
const sharpness = 6

/** The share of each colour over all dots, as probabilities. */
function colourGraph(): OnnxGraph {
  const inputs = dotCount * 3
  const weights = Float32Array.from({ length: inputs * labels.length }, (_, index) => {
    const [input, label] = [Math.floor(index / labels.length), index % labels.length]
    return input % 3 === label ? sharpness / dotCount : 0
  })
  return {
    name: 'colours',
    input: { name: 'dots', columnCount: inputs },
    output: { name: 'scores', columnCount: labels.length },
    constants: [{ name: 'weights', dims: [inputs, labels.length], values: weights }],
    nodes: [
      { operator: 'MatMul', inputs: ['dots', 'weights'], output: 'shares' },
      { operator: 'Softmax', inputs: ['shares'], output: 'scores' },
    ],
  }
}

export function encodeColourModel(): Uint8Array {
  return encodeModel(colourGraph())
}

// From dist/image to image, beside the app that is served from its source.
if (isMain(import.meta)) await writeFile(new URL('../../image/model.onnx', import.meta.url), encodeColourModel())
