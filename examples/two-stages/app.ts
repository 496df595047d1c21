import { endpoint, pipe, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Encoded = Type.Object({ audio: Type.String({ description: 'samples, 16 bits each, as base64' }) })
const Sound = Type.Object({ loudness: Type.Number(), seconds: Type.Number() })
const Verdict = Type.Object({
  verdict: Type.Union([Type.Literal('quiet'), Type.Literal('loud')]),
  seconds: Type.Number(),
})

const samplesPerSecond = 8000

/** Text in, numbers out: the costly part, so it has two threads. */
export const decode = stage({
  name: 'decode',
  input: Encoded,
  output: Sound,
  threads: 2,
  batch: { maxRows: 16 },
  handler(batch, context) {
    return batch.rows().map(({ audio }, row) => {
      const bytes = Buffer.from(audio, 'base64')
      const count = Math.floor(bytes.length / 2)
      if (count === 0) context.reject(row, 'REQUEST_INVALID', 'there is no sample in the audio')
      let sum = 0
      for (let i = 0; i < count; i++) sum += (bytes.readInt16LE(2 * i) / 32768) ** 2
      return { loudness: Math.sqrt(sum / Math.max(1, count)), seconds: count / samplesPerSecond }
    })
  },
})

/** Numbers in, a verdict out: cheap, so it takes large batches on one thread. */
export const score = stage({
  name: 'score',
  input: Sound,
  output: Verdict,
  threads: 1,
  batch: { maxRows: 256 },
  handler: (batch) =>
    batch.rows().map(({ loudness, seconds }) => ({ verdict: loudness > 0.1 ? 'loud' : 'quiet', seconds })),
})

export default endpoint('/verdict', pipe(decode).to(score))
