import { app, endpoint, provider, service, stage } from '@redesmyn/core'
import { Type } from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { greeted, greeting } from '../../apps/wrapped.ts'
import { thrownBy } from '../../thrown.ts'
import { ServedApp } from '../../worker/http/serving/served-app.ts'

const Point = Type.Object({ x: Type.Number() })

describe('a service', () => {
  let served: ServedApp

  beforeAll(async () => {
    served = await ServedApp.start('http', 'wrapped.ts')
  })
  afterAll(() => served.stop())

  test('R113 invoked without HTTP it gives what it answers over HTTP', async () => {
    const records = [{ x: 1 }, { x: 2.5 }]

    const invoked = await greeted.invoke(records, { params: { name: 'bob' }, provide: [greeting] })

    expect(invoked).toEqual([
      { x: 2, from: 'hello bob' },
      { x: 3.5, from: 'hello bob' },
    ])
    expect((await served.post('/greet/bob', records)).body.predictions).toEqual(invoked)
  })

  test('R113 invoked without HTTP it refuses what it refuses over HTTP', async () => {
    const wrong = JSON.parse('[{"x":"one"}]')

    await expect(greeted.invoke(wrong)).rejects.toMatchObject({ code: 'RECORD_INVALID' })
    expect((await served.post('/greet/bob', wrong)).body.error.code).toBe('RECORD_INVALID')
  })

  test('R114 its path has parameters and can be read', () => {
    expect(greeted.path).toBe('/greet/{name}')
    expect(greeted.stage.name).toBe('greet-name')
  })

  test('an endpoint can be invoked too', async () => {
    const same = stage({ name: 'same', input: Point, output: Point, handler: (batch) => batch.rows() })

    expect(await endpoint('/same', same).invoke([{ x: 1 }])).toEqual([{ x: 1 }])
  })

  test('its stage takes options, its name among them', () => {
    const named = service('/a', Point, Point, ({ records }) => records, { stage: { name: 'other', threads: 2 } })

    expect([named.stage.name, named.stage.config.threads]).toEqual(['other', 2])
  })

  test('an app refuses what is none of its parts', () => {
    const wrong: unknown[] = [{ endpoints: [1] }, { endpoints: [], use: [1] }, { endpoints: [], provide: [{}] }]

    for (const options of wrong)
      expect(thrownBy(() => Reflect.apply(app, undefined, [options])).code).toBe('CONFIG_INVALID')
  })

  test('one name stands for one provider', () => {
    const options = { endpoints: [], provide: [provider('a', () => 1), provider('a', () => 2)] }

    expect(thrownBy(() => app(options)).message).toContain('two providers named "a"')
  })
})
