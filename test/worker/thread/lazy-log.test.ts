import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lazyLog } from '../../../packages/worker/dist/thread/lazy-log.js'

test('the log of a thread is opened by its first line, not by one below its level', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'lazy-log-')), 'thread.log')
  const log = lazyLog('stage exp', { level: 'info', format: 'json', file })

  log.debug({}, 'Nobody asked for this.')
  expect(existsSync(file)).toBe(false)

  log.warn({ rows: 2 }, 'This was asked for.')
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({ level: 'warn', component: 'stage exp', rows: 2, msg: 'This was asked for.' }),
  ])
})

test('a level that nothing reaches opens no log', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'lazy-log-')), 'thread.log')

  lazyLog('stage exp', { level: 'silent', format: 'json', file }).error({}, 'Unheard.')

  expect(existsSync(file)).toBe(false)
})
