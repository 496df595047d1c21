import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inspectApp } from '@redesmyn/worker'
import { testedKinds } from '../http/front-end/tested-kinds.ts'
import { ServedApp } from '../http/serving/served-app.ts'
import { appFile, createServer } from './server-under-test.ts'

describe.each(testedKinds)('warm-up over %s', (kind) => {
  let app: ServedApp
  let folder: string
  let journal: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'warm-up-'))
    journal = join(folder, 'journal')
    process.env.WARM_UP_JOURNAL = journal
    app = await ServedApp.start(kind, 'warm-up.ts')
  })
  afterAll(async () => {
    await app.stop()
    delete process.env.WARM_UP_JOURNAL
    await rm(folder, { recursive: true })
  })

  const lines = async () => (await readFile(journal, 'utf8')).trim().split('\n').toSorted()

  test('M106 M107 when the port answers every thread has run the examples, in batches as the stage has them', async () => {
    expect(await lines()).toEqual(['1 1,2', '1 3', '2 1,2', '2 3'])
    expect((await app.post('/warmed', { x: 5 })).body).toEqual({ seen: 3 })
    expect((await app.get('/readyz')).status).toBe(200)
  })

  test('M107 examples that fail are logged, and the stage serves', async () => {
    const failures = (await app.log()).filter(({ msg }) => msg === 'A warm-up failed.')

    expect(failures).toHaveLength(1)
    expect(JSON.stringify(failures)).toContain('the device is cold')
    expect((await app.post('/cold', { x: 1 })).status).toBe(200)
  })

  test('M107 a thread that replaces another is warmed up before it serves', async () => {
    expect((await app.post('/warmed', { x: 7 })).status).toBe(503)
    await expect.poll(() => app.metric('cascade_serving_threads{stage="warmed"}'), { timeout: 5000 }).toBe(2)
    const answers = await Promise.all(Array.from({ length: 12 }, () => app.post('/warmed', { x: 1 })))

    expect(Math.min(...answers.map(({ body }) => Number(body.seen)))).toBeGreaterThanOrEqual(3)
  })
})

test('M107 with strictWarmUp a stage whose examples fail does not start', async () => {
  await expect(createServer('cold.ts').serve()).rejects.toThrow('the device is cold')
})

test('an example that does not fit the input is refused by name, when served and when checked', async () => {
  const message = 'examples of stage "unfit" do not fit its input: record 1: /x'

  await expect(createServer('unfit-example.ts').serve()).rejects.toThrow(message)
  await expect(inspectApp(appFile('unfit-example.ts'))).rejects.toThrow(message)
})
