import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeModel, type OnnxGraph } from '../../../examples/dist/onnx/encode-model.js'
import { mlpGraph } from '../../../examples/dist/onnx/mlp-graph.js'

/** y = a + 2b - 3c, for each row. */
const weighted: OnnxGraph = {
  name: 'weighted',
  input: { name: 'features', columnCount: 3 },
  output: { name: 'y', columnCount: 1 },
  constants: [{ name: 'weights', dims: [3, 1], values: [1, 2, -3] }],
  nodes: [{ operator: 'MatMul', inputs: ['features', 'weights'], output: 'y' }],
}

/** Two results a row: the sum twice, the second time doubled. */
const pair: OnnxGraph = {
  ...weighted,
  name: 'pair',
  output: { name: 'both', columnCount: 2 },
  constants: [{ name: 'weights', dims: [3, 2], values: [1, 2, 1, 2, 1, 2] }],
  nodes: [{ operator: 'MatMul', inputs: ['features', 'weights'], output: 'both' }],
}

/** Says that it has a result for each row, and gives one for all. */
const collapsing: OnnxGraph = {
  ...weighted,
  name: 'collapsing',
  constants: [],
  nodes: [{ operator: 'ReduceMean', inputs: ['features'], output: 'y' }],
}

/** y = -x, for lists of any length. */
const negated: OnnxGraph = {
  name: 'negated',
  input: { name: 'x', columnCount: 'columns' },
  output: { name: 'y', columnCount: 'columns' },
  constants: [],
  nodes: [{ operator: 'Neg', inputs: ['x'], output: 'y' }],
}

/** y = 2x, for one number a row. */
const doubled: OnnxGraph = {
  name: 'doubled',
  input: { name: 'x', columnCount: 1 },
  output: { name: 'y', columnCount: 1 },
  constants: [],
  nodes: [{ operator: 'Add', inputs: ['x', 'x'], output: 'y' }],
}

/** Takes about a tenth of a second for each 100 rows: thousand by thousand, forty times. */
const heavy: OnnxGraph = {
  name: 'heavy',
  input: { name: 'x', columnCount: 1024 },
  output: { name: 'y', columnCount: 1024 },
  constants: [{ name: 'weights', dims: [1024, 1024], values: new Float32Array(1024 * 1024).fill(1 / 1024) }],
  nodes: Array.from({ length: 40 }, (_, index) => ({
    operator: 'MatMul',
    inputs: [index === 0 ? 'x' : `h${index}`, 'weights'],
    output: index === 39 ? 'y' : `h${index + 1}`,
  })),
}

export interface OnnxFiles {
  readonly folder: string
  path(name: 'weighted' | 'pair' | 'collapsing' | 'negated' | 'doubled' | 'heavy' | 'mlp'): string
}

/** Writes the models into a folder of their own. */
export function writeOnnxFiles(): OnnxFiles {
  const folder = mkdtempSync(join(tmpdir(), 'redesmyn-onnx-'))
  const graphs = { weighted, pair, collapsing, negated, doubled, heavy, mlp: mlpGraph([4, 8, 3], 7) }
  for (const [name, graph] of Object.entries(graphs)) writeFileSync(join(folder, `${name}.onnx`), encodeModel(graph))
  return { folder, path: (name) => join(folder, `${name}.onnx`) }
}
