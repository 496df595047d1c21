import { column, endpoint, json, rawBytes, stage } from '@redesmyn/core'
import { Type } from 'typebox'

const Text = Type.Object({ text: Type.String() })
const Image = Type.Object({ image: column.bytes() })

export const echo = stage({ name: 'echo', input: Text, output: Text, handler: (batch) => batch.rows() })
export const image = stage({ name: 'image', input: Image, output: Image, handler: (batch) => batch.rows() })

const raw = rawBytes({ column: 'image', contentType: 'image/png' })

export default [
  endpoint('/plain', echo),
  endpoint('/small', echo, { maxBodyBytes: 1000 }),
  endpoint('/packed', echo, { compress: 'on', compressMinBytes: 100 }),
  endpoint('/image', image, { codecs: [raw, json], compress: 'on' }),
]
