import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { CascadeProcess } from '../../cascade-process.ts'
import { cascadeBin } from '../whole/flow-folder.ts'
import { numbers, RunFolder } from './run-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const app = fileURLToPath(new URL('apps/three-stages.ts', import.meta.url))
const arrowStream = 'application/vnd.apache.arrow.stream'

test('C6 the same hundred rows are the same bytes from a server and from a run', async () => {
  const folder = new RunFolder('three-stages.ts')
  const rows = numbers(100).map((id) => ({ id, secret: 's' }))
  folder.put('rows', rows)
  const words = folder.words('arrow', '--output', '-', '--quiet')
  const run = spawnSync(process.execPath, [cascadeBin, ...words])
  const server = new CascadeProcess(['serve', app, '--port', '0', '--log-format', 'json'])
  const headers = { 'content-type': 'application/json', accept: arrowStream }
  const url = new URL('/score', await server.url())

  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(rows) })
  const served = Buffer.from(await answer.arrayBuffer())
  server.kill('SIGTERM')
  await server.ended

  expect([run.status, answer.status]).toEqual([0, 200])
  expect(served.length).toBeGreaterThan(1600)
  expect(run.stdout.equals(served)).toBe(true)
})

test('C10 an app of TypeScript is run as it is, and nothing is built beside it', async () => {
  const folder = new RunFolder('three-stages.ts')
  folder.put('rows', [{ id: 0, secret: 's' }])

  const { code } = await folder.run('scored')

  expect(code).toBe(0)
  expect(folder.rows()).toEqual([{ id: 0, score: 0 }])
  expect(existsSync(app.replace('.ts', '.js'))).toBe(false)
  expect(existsSync(join(dirname(app), 'dist'))).toBe(false)
})
