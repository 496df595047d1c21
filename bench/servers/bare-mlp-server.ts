import { serveBare } from './bare.ts'

const scores = new Float32Array(10).fill(0.125)
const values = new Float32Array(64)

/** The front end's part of the work alone: the values read, an answer of the same size written, no model. */
if (process.env['BODY'] === 'bytes') {
  serveBare({
    contentType: 'application/octet-stream',
    id: 'sent',
    answer(body) {
      new Uint8Array(values.buffer).set(body.subarray(-values.byteLength))
      return new Uint8Array(scores.buffer)
    },
  })
} else {
  serveBare({
    contentType: 'application/json',
    id: 'unsent',
    answer(body) {
      const record: { v: number[] } = JSON.parse(body.toString())
      values.set(record.v)
      return JSON.stringify({ y: Array.from(scores) })
    },
  })
}
