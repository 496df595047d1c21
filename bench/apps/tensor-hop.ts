import { column, endpoint, pipe, rawBytes, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Image = Type.Object({ image: column.bytes() })
const Tensor = Type.Object({ tensor: column.bytes() })

/** Bytes become floats, four times as long; the next stage reads them where they were written. */
export const widen = stage({
  name: 'widen',
  input: Image,
  output: Tensor,
  threads: 1,
  batch: { maxRows: 4 },
  handler: (batch) => batch.rows().map(({ image }) => ({ tensor: new Uint8Array(new Float32Array(image).buffer) })),
})

export const sum = stage({
  name: 'sum',
  input: Tensor,
  output: Type.Object({ sum: Type.Number() }),
  threads: 1,
  batch: { maxRows: 4 },
  handler: (batch) =>
    batch.rows().map(({ tensor }) => {
      const floats = new Float32Array(tensor.buffer, tensor.byteOffset, tensor.byteLength / 4)
      let total = 0
      for (let i = 0; i < floats.length; i++) total += floats[i] ?? 0
      return { sum: total }
    }),
})

export default endpoint('/inference', pipe(widen).to(sum), { codecs: [rawBytes({ column: 'image' })] })
