import { InferenceSession, Tensor } from 'onnxruntime-node'
import { runLoop } from './run-loop.ts'

const rows = 64
const session = await InferenceSession.create(process.env['MODEL'] ?? '', { intraOpNumThreads: 1 })
const [input = ''] = session.inputNames
const values = new Float32Array(rows * 64).fill(0.5)

await runLoop(async () => {
  await session.run({ [input]: new Tensor('float32', values, [rows, 64]) })
  return rows
})
