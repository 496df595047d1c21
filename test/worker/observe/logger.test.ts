import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { emit } from '../../../packages/worker/dist/observe/event-table.js'
import { createLogger } from '../../../packages/worker/dist/observe/logger.js'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logger-'))
  file = join(folder, 'logs', 'server.log')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

async function readLines(): Promise<readonly unknown[]> {
  const text = await readFile(file, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

describe('createLogger', () => {
  test('a line is one JSON object with level, time, component, msg and the facts', async () => {
    const logger = createLogger({ level: 'info', format: 'auto', file })

    logger.of('server').info({ requestId: 'r1', endpoint: '/inference' }, 'a sentence')
    logger.close()

    const [line] = await readLines()
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      component: 'server',
      requestId: 'r1',
      endpoint: '/inference',
      msg: 'a sentence',
    })
  })

  test('lines below the level are left out', async () => {
    const logger = createLogger({ level: 'warn', format: 'json', file })
    const log = logger.of('server')

    log.debug({}, 'one')
    log.info({}, 'two')
    log.warn({}, 'three')
    log.error({}, 'four')
    logger.close()

    expect(await readLines()).toMatchObject([{ msg: 'three' }, { msg: 'four' }])
  })

  test('an error keeps its code, its stack and its cause', async () => {
    const logger = createLogger({ level: 'info', format: 'json', file })

    logger.of('server').error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')
    logger.close()

    const [line] = await readLines()
    expect(line).toMatchObject({
      err: { message: expect.stringContaining('inner'), stack: expect.stringContaining('inner') },
    })
  })

  test('what a client sends cannot forge a second line', async () => {
    const logger = createLogger({ level: 'info', format: 'json', file })

    logger.of('server').info({ query: 'a\n{"level":"error"}' }, 'a sentence')
    logger.close()

    expect(await readLines()).toHaveLength(1)
  })

  test('a file is appended to', async () => {
    for (const msg of ['first', 'second']) {
      const logger = createLogger({ level: 'info', format: 'json', file })
      logger.of('server').info({}, msg)
      logger.close()
    }

    expect(await readLines()).toMatchObject([{ msg: 'first' }, { msg: 'second' }])
  })

  test('pretty lines are for people', async () => {
    const logger = createLogger({ level: 'info', format: 'pretty', file })

    logger.of('server').info({ url: 'http://127.0.0.1:1' }, 'listening')
    logger.close()

    const text = await readFile(file, 'utf8')
    expect(text).toMatch(/INFO.*server: listening/)
    expect(text).toContain('url: "http://127.0.0.1:1"')
  })

  test('a file that cannot be opened is CONFIG_INVALID naming it', async () => {
    const blocker = join(folder, 'blocker')
    await writeFile(blocker, '')

    const create = () => createLogger({ level: 'info', format: 'json', file: join(blocker, 'server.log') })

    expect(create).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('blocker') }),
    )
  })
})

describe('emit', () => {
  test('an event is its constant message, its name and its facts', async () => {
    const logger = createLogger({ level: 'info', format: 'json', file })

    emit(logger.of('server'), 'stopped', { stopMs: 12 })
    logger.close()

    expect(await readLines()).toMatchObject([{ level: 'info', event: 'stopped', stopMs: 12, msg: 'Stopped.' }])
  })
})
