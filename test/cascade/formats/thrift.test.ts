import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openParquet } from '../../../packages/cascade/dist/source/parquet/open-parquet.js'
import { readThrift } from '../../../packages/cascade/dist/source/thrift/read-thrift.js'
import { writeThrift } from '../../../packages/cascade/dist/source/thrift/write-thrift.js'

const fixture = new URL('fixtures/pages-index.parquet', import.meta.url).pathname

test('a footer that was read is written as the same bytes', async () => {
  const { footerBytes, handle } = await openParquet(fixture)
  await handle.close()

  expect(writeThrift(readThrift(footerBytes))).toEqual(Uint8Array.from(footerBytes))
})

test('bytes that are no struct are a RangeError, whatever they are', async () => {
  const { footerBytes, handle } = await openParquet(fixture)
  await handle.close()
  const damaged = fc.record({
    place: fc.nat(footerBytes.length - 1),
    byte: fc.nat(255),
    end: fc.nat(footerBytes.length),
  })
  fc.assert(
    fc.property(damaged, ({ place, byte, end }) => {
      const bytes = Uint8Array.from(footerBytes).subarray(0, end)
      if (place < end) bytes[place] = byte
      try {
        readThrift(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
    }),
  )
})
