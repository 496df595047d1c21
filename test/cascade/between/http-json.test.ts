import { invoke } from '@redesmyn/cascade'
import { column, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { httpInstance } from '../../../packages/cascade/dist/between/http-instance.js'
import type { Instance } from '../../../packages/cascade/dist/between/instance.js'
import { before } from '../../apps/handoffs.ts'
import { SeededRandom } from '../../fuzz/seeded-random.ts'
import { ServedApp } from '../../worker/http/serving/served-app.ts'
import { randomRows } from '../handoff/random-rows.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { batchOf, bytesOf } from '../handoff/rows-batch.ts'
import { context, wantOf } from './call-context.ts'
import { httpPeer } from './peers.ts'

const { signal } = new AbortController()

describe('R137 an endpoint that is no stage server', () => {
  let app: ServedApp
  let instance: Instance

  beforeAll(async () => {
    app = await ServedApp.start('uws', 'handoffs.ts', {})
    const options = { format: 'json', path: '/before', optionalColumns: ['count'] } as const
    instance = httpInstance({ stage: 'before', url: app.url, ...options })
    await instance.hello(wantOf(before), signal)
  })

  afterAll(async () => {
    await instance.close('drain')
    await app.stop()
  })

  test('R137 answers as the stage by hand does, bit for bit, 64-bit integers included', async () => {
    const random = new SeededRandom(137)
    // What a server writes has no zero below zero.
    const rows = Array.from({ length: 40 }, () => randomRows(random)).flatMap((drawn) =>
      drawn.map((row) => ({ ...row, x: row.x + 0 })),
    )

    const { batch, carried } = await instance.call(batchOf(before.input, rows), context())

    expect(rows.some(({ big }) => big > 2n ** 60n) && rows.some(({ big }) => big < -(2n ** 60n))).toBe(true)
    expect(bytesOf(before.output, batch)).toBe(
      bytesOf(before.output, batchOf(before.output, await invoke(before, rows))),
    )
    expect(carried.transport).toBe('http')
  })

  test('R137 fails a call with the error that it answers', async () => {
    const [row] = randomRows(new SeededRandom(1))
    const call = (text: string) => instance.call(batchOf(before.input, [{ ...row, text }]), context())

    expect(await rejectionOf(call('no'))).toMatchObject({
      code: 'REQUEST_INVALID',
      message: expect.stringContaining('the text says no'),
    })
    expect(await rejectionOf(call('bomb'))).toMatchObject({ code: 'HANDLER_ERROR', details: { instance: app.url } })
  })
})

describe('R137 answers of one column', () => {
  const only = stage({
    name: 'only',
    input: Type.Object({ id: Type.Integer() }),
    output: Type.Object({ big: column.int64() }),
    handler: (batch) => ({ big: batch.rows().map(({ id }) => BigInt(id)) }),
  })
  const ends: (() => Promise<void>)[] = []

  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  async function answering(text: string): Promise<Instance> {
    const peer = await httpPeer((request, response) => {
      request.resume()
      const isCall = request.url === '/inference'
      response.writeHead(isCall ? 200 : 404, { 'content-type': 'application/json; charset=utf-8' }).end(text)
    })
    const instance = httpInstance({ stage: 'only', url: peer.url, format: 'json', path: '/inference' })
    ends.push(async () => {
      await instance.close('abort')
      await peer.close()
    })
    await instance.hello(wantOf(only), signal)
    return instance
  }

  const rows = batchOf(only.input, [{ id: 1 }, { id: 2 }])

  test.each([
    '{"id":"a","predictions":[9223372036854775807,-1]}',
    '{"id":"a","predictions":["9223372036854775807",-1]}',
    '{"predictions":[{"big":9223372036854775807},{"big":-1}]}',
    '[9223372036854775807,-1]',
  ])('R137 %s is read', async (text) => {
    const { batch } = await (await answering(text)).call(rows, context())

    expect(batch.rows()).toEqual([{ big: 9_223_372_036_854_775_807n }, { big: -1n }])
  })

  test.each([
    ['{"predictions":[1]}', 'BETWEEN_UNSUPPORTED', '1 rows for 2'],
    ['{"predictions":7}', 'BETWEEN_UNSUPPORTED', 'array'],
    ['{"answers":[1,2]}', 'BETWEEN_UNSUPPORTED', 'array'],
    ['{"predictions":[1', 'BETWEEN_UNSUPPORTED', 'JSON'],
    ['{"predictions":["one",2]}', 'OUTPUT_SCHEMA_MISMATCH', '/big'],
    ['{"predictions":[null,2]}', 'OUTPUT_SCHEMA_MISMATCH', '/big'],
    ['{"predictions":[9223372036854775808,2]}', 'OUTPUT_SCHEMA_MISMATCH', '/big'],
  ])('%s is refused', async (text, code, message) => {
    const error = await rejectionOf((await answering(text)).call(rows, context()))

    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})
