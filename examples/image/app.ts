import { column, eachRow, endpoint, json, pipe, rawBytes, stage } from '@redesmyn/core'
import { onnxHandler } from '@redesmyn/worker'
import { Type } from 'typebox'
import { labels, side } from './labels.ts'
import { readPpm } from './read-ppm.ts'
import { shrink } from './shrink.ts'

const Image = Type.Object({ image: column.bytes() })
const Dots = Type.Object({ dots: vectorOf(side * side * 3) })
const Scores = Type.Object({ scores: vectorOf(labels.length) })
const Label = Type.Object({ label: Type.String(), score: Type.Number() })

/** A file in, its dots out: the costly part, so it has two threads. A file that is none fails its own request only. */
export const decode = stage({
  name: 'decode',
  input: Image,
  output: Dots,
  threads: 2,
  batch: { maxRows: 16 },
  handler: eachRow(({ image }) => ({ dots: shrink(readPpm(image), side) })),
})

export const classify = stage({
  name: 'classify',
  input: Dots,
  output: Scores,
  threads: 1,
  batch: { maxRows: 64 },
  handler: onnxHandler({ model: './model.onnx' }),
})

/** It says nothing of threads, so it runs where the model did, in the same call. */
export const name = stage({
  name: 'name',
  input: Scores,
  output: Label,
  handler: (batch) =>
    batch.rows().map(({ scores }) => {
      const score = Math.max(...scores)
      return { label: labels[scores.indexOf(score)] ?? 'nothing', score }
    }),
})

export default endpoint('/label', pipe(decode).to(classify).to(name), {
  codecs: [json, rawBytes({ column: 'image', mediaTypes: ['image/x-portable-pixmap'] })],
})

function vectorOf(size: number) {
  return Type.Array(column.float32(), { minItems: size, maxItems: size })
}
