import { InferenceSession, Tensor } from 'onnxruntime-node'
import { createFastify, listen } from './fastify.ts'

const session = await InferenceSession.create(process.env['MODEL'] ?? '', { intraOpNumThreads: 1 })
const [input = ''] = session.inputNames
const [output = ''] = session.outputNames

const server = createFastify()
server.post<{ Body: Uint8Array | { readonly v: readonly number[] } }>('/inference', async ({ body }) => {
  const isBytes = body instanceof Uint8Array
  const values = isBytes ? new Float32Array(new Uint8Array(body).buffer) : Float32Array.from(body.v)
  const results = await session.run({ [input]: new Tensor('float32', values, [1, values.length]) })
  const scores = results[output]?.data
  if (!(scores instanceof Float32Array)) throw new TypeError('the model answered no floats')
  return isBytes ? Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength) : { y: Array.from(scores) }
})
await listen(server)
