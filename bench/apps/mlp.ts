import { arrow, column, endpoint, json, rawBytes, stage } from '@redesmyn/core'
import { onnxHandler } from '@redesmyn/worker'
import { Type } from 'typebox'

export const mlp = stage({
  name: 'mlp',
  input: Type.Object({ v: Type.Array(column.float32(), { minItems: 64, maxItems: 64 }) }),
  output: Type.Object({ y: Type.Array(column.float32(), { minItems: 10, maxItems: 10 }) }),
  batch: { maxRows: 64 },
  handler: onnxHandler({ model: './mlp.onnx' }),
})

export default endpoint('/inference', mlp, { codecs: [json, arrow, rawBytes({ column: 'v' })] })
