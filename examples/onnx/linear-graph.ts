import type { OnnxGraph } from './encode-model.ts'

export interface LinearModel {
  /** Of each feature in the training data; subtracted first. */
  readonly mean: readonly number[]
  /** What each feature is divided by then. */
  readonly scale: readonly number[]
  readonly coefficients: readonly number[]
  readonly intercept: number
}

/** `((features - mean) / scale) · coefficients + intercept`, for a matrix of features. */
export function linearGraph(output: string, { mean, scale, coefficients, intercept }: LinearModel): OnnxGraph {
  const featureCount = coefficients.length
  return {
    name: 'linear',
    input: { name: 'features', columnCount: featureCount },
    output: { name: output, columnCount: 1 },
    constants: [
      { name: 'mean', dims: [featureCount], values: mean },
      { name: 'scale', dims: [featureCount], values: scale },
      { name: 'coefficients', dims: [featureCount, 1], values: coefficients },
      { name: 'intercept', dims: [1], values: [intercept] },
    ],
    nodes: [
      { operator: 'Sub', inputs: ['features', 'mean'], output: 'centred' },
      { operator: 'Div', inputs: ['centred', 'scale'], output: 'scaled' },
      { operator: 'MatMul', inputs: ['scaled', 'coefficients'], output: 'weighted' },
      { operator: 'Add', inputs: ['weighted', 'intercept'], output },
    ],
  }
}
