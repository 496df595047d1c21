import { existsSync, writeFileSync } from 'node:fs'
import { encodeModel } from '@redesmyn/examples/onnx/encode-model'
import { mlpGraph } from '@redesmyn/examples/onnx/mlp-graph'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type MosecSetting, mosec } from '../contender/mosec.ts'
import { cascade, nodeServer } from '../contender/node-contenders.ts'
import { sourcePath } from '../contender/place.ts'
import { arrowWork } from '../drive/arrow-work.ts'
import { jsonWork, type Work } from '../drive/work.ts'
import type { Goal, ServingCell } from './serving-cell.ts'

const modelPath = sourcePath('apps/mlp.onnx')
const features = Float32Array.from({ length: 64 }, (_, index) => Math.fround(Math.sin(index)))
const tolerance = 1e-4

const goals: readonly Goal[] = [
  { kind: 'ratio', connections: [64, 256], against: ['mosec batched'], atLeast: 3 },
  { kind: 'ratio', connections: [64, 256], against: ['mosec, 1 ms'], atLeast: 3 },
  { kind: 'ratio', connections: [64, 256], against: ['front end alone', 'onnxruntime alone'], atLeast: 0.9 },
]

/** 64 floats as JSON through a perceptron, 10 floats back. */
export async function mlpCell(): Promise<ServingCell> {
  const expected = await prepareModel()
  const work = jsonWork({ v: Array.from(features) }, (answer) => {
    return typeof answer === 'object' && answer !== null && 'y' in answer && isClose(answer.y, expected)
  })
  return {
    kind: 'serving',
    name: 'mlp',
    title: '64 floats as JSON → ONNX 64→256→256→10: one thread, batches up to 64',
    connections: [64, 256],
    subject: { contender: cascade('mlp'), work },
    peers: peersOf('mlp', work, { contender: 'json', work }),
    loops: [ortAlone],
    goals,
  }
}

/** The same as bytes: bare floats on both sides. */
export async function mlpBytesCell(): Promise<ServingCell> {
  const expected = await prepareModel()
  const work = rawWork(expected)
  return bytesCell('mlp-bytes', '64 floats as bytes', { subject: work, raw: work }, expected)
}

/** The same as an Arrow stream here, bare floats elsewhere. */
export async function mlpArrowCell(): Promise<ServingCell> {
  const expected = await prepareModel()
  const subject = arrowWork({ v: features }, (values) => isClose(values, expected))
  return bytesCell('mlp-arrow', '64 floats as an Arrow stream', { subject, raw: rawWork(expected) }, expected)
}

interface BytesWorks {
  readonly subject: Work
  readonly raw: Work
}

function bytesCell(name: string, what: string, { subject, raw }: BytesWorks, expected: readonly number[]): ServingCell {
  const bare: Work = { ...raw, isRight: (answer) => answer.length === expected.length * 4 }
  return {
    kind: 'serving',
    name,
    title: `${what} → ONNX 64→256→256→10: one thread, batches up to 64`,
    connections: [64, 256],
    subject: { contender: cascade('mlp'), work: subject },
    peers: peersOf('mlp-bytes', raw, { contender: 'bytes', work: bare }),
    loops: [ortAlone],
    goals,
  }
}

function rawWork(expected: readonly number[]): Work {
  return {
    body: new Uint8Array(features.buffer),
    contentType: 'application/octet-stream',
    isRight: (answer) => isClose(Array.from(floatsOf(answer)), expected),
  }
}

const ortAlone = { name: 'onnxruntime alone', file: 'ort-loop', env: { MODEL: modelPath }, unitsPerRequest: 1 }

interface FrontEndAlone {
  readonly contender: 'json' | 'bytes'
  readonly work: Work
}

function peersOf(cell: MosecSetting['cell'], work: Work, frontEnd: FrontEndAlone) {
  const env = { MODEL: modelPath }
  const isShaped = frontEnd.contender === 'json' ? { ...frontEnd.work, isRight: isTenNumbers } : frontEnd.work
  return [
    { contender: nodeServer('front end alone', 'bare-mlp-server', { BODY: frontEnd.contender }), work: isShaped },
    { contender: nodeServer('fastify', 'fastify-mlp-server', env), work },
    { contender: mosec('mosec batched', { cell, maxBatch: 64, maxWaitMs: 10, env }), work },
    { contender: mosec('mosec, 1 ms', { cell, maxBatch: 64, maxWaitMs: 1, env }), work },
  ]
}

function isTenNumbers(answer: Buffer): boolean {
  const { y }: { y: number[] } = JSON.parse(answer.toString())
  return y.length === 10
}

/** Writes the model where it is not there yet, and says what it answers. */
async function prepareModel(): Promise<readonly number[]> {
  if (!existsSync(modelPath)) writeFileSync(modelPath, encodeModel(mlpGraph([64, 256, 256, 10], 1)))
  const session = await InferenceSession.create(modelPath, { intraOpNumThreads: 1 })
  const results = await session.run({ x: new Tensor('float32', features, [1, 64]) })
  const scores = results['y']?.data
  if (!(scores instanceof Float32Array)) throw new TypeError('the model answered no floats')
  return Array.from(scores)
}

function isClose(received: unknown, expected: readonly number[]): boolean {
  if (!Array.isArray(received) || received.length !== expected.length) return false
  return expected.every((value, index) => Math.abs(value - Number(received[index])) < tolerance)
}

function floatsOf(bytes: Buffer): Float32Array {
  return new Float32Array(new Uint8Array(bytes).buffer)
}
