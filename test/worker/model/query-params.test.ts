import { rm } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedCache } from './served-cache.ts'

const cache = await ServedCache.create()

afterAll(() => rm(cache.folder, { recursive: true }))

test.each(testedKinds)(
  'R014 declared query parameters select the model and the batch over %s, others do not',
  async (kind) => {
    await cache.put('selected', 'v1', 'one')
    await cache.put('selected', 'v2', 'two')
    const app = await cache.start('selected.ts', kind)
    const ask = async (query: string) => {
      const { status, body } = await app.post(`/selected${query}`, { x: 0 })
      return status === 200 ? [body.text, body.region, body.asked, body.rows] : [status, body.error.message]
    }
    try {
      expect(await ask('?model=v2&region=us')).toEqual(['two', 'us', '', 1])
      expect(await ask('?region=caf%C3%A9+1&asked=x&model=v1')).toEqual(['one', 'café 1', 'x', 1])
      // What comes together shares a batch where only undeclared parameters differ.
      const together = ['?model=v1&region=eu&asked=1', '?asked=2&region=eu&model=v1', '?model=v1&region=us&asked=3']
      const answers = await Promise.all(together.map((query) => ask(query)))
      expect(answers).toEqual([
        ['one', 'eu', '1', 2],
        ['one', 'eu', '2', 2],
        ['one', 'us', '3', 1],
      ])
      expect(await ask('')).toEqual([400, 'the parameter "model" is missing'])
      expect(await ask('?model=')).toEqual([400, 'the parameter "model" is empty'])
      expect(await ask('?model=..%2Fv1')).toEqual([400, expect.stringContaining('"model" holds a slash')])
      expect(await ask('?model=v1&model=v2')).toEqual([400, 'the query parameter "model" is given twice'])
      expect(await ask('?model=v3')).toEqual([404, 'there is no model for model "v3"'])
    } finally {
      await app.stop()
    }
  },
)
