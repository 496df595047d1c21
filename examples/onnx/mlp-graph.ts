import type { OnnxConstant, OnnxGraph, OnnxNode } from './encode-model.ts'
import { SeededRandom } from './seeded-random.ts'

/**
 * A multi-layer perceptron with ReLU between its layers and weights drawn from a seed: `[64, 256, 256, 10]` takes 64
 * numbers a row and answers 10. It has learned nothing, but costs as much as one that has.
 */
export function mlpGraph(widths: readonly number[], seed: number): OnnxGraph {
  const random = new SeededRandom(seed)
  const constants: OnnxConstant[] = []
  const nodes: OnnxNode[] = []
  const layerCount = widths.length - 1
  let previous = 'x'
  for (let layer = 1; layer <= layerCount; layer++) {
    const [from, to] = [widths[layer - 1], widths[layer]]
    const output = layer === layerCount ? 'y' : `sum${layer}`
    constants.push(
      { name: `weights${layer}`, dims: [from, to], values: random.numbers(from * to, Math.sqrt(6 / (from + to))) },
      { name: `bias${layer}`, dims: [to], values: random.numbers(to, 0.1) },
    )
    nodes.push(
      { operator: 'MatMul', inputs: [previous, `weights${layer}`], output: `product${layer}` },
      { operator: 'Add', inputs: [`product${layer}`, `bias${layer}`], output },
    )
    if (layer === layerCount) continue
    nodes.push({ operator: 'Relu', inputs: [output], output: `hidden${layer}` })
    previous = `hidden${layer}`
  }
  return {
    name: 'mlp',
    input: { name: 'x', columnCount: widths[0] },
    output: { name: 'y', columnCount: widths[layerCount] },
    constants,
    nodes,
  }
}
