import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { hasPyarrow, python } from './python.ts'

const client = fileURLToPath(new URL('./stdio_client.py', import.meta.url))
const app = fileURLToPath(new URL('./app.ts', import.meta.url))
const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))
const reject = { row: 1, code: 'REQUEST_INVALID', message: 'x must not be negative, got -1.5' }
const answered = { stage: 'root', rows: [{ y: Math.sqrt(0.5) }], rejects: [reject] }

describe.skipIf(!hasPyarrow())('a client in Python', { timeout: 60_000 }, () => {
  test('C102 calls a stage over stdin and stdout of the command', () => {
    const { status, stdout } = runClient(`${app}#root`, [{ x: 0.5 }, { x: -1.5 }])

    expect(JSON.parse(stdout)).toEqual(answered)
    expect(status).toBe(0)
  })

  test('is told what is wrong with its columns', () => {
    const { status, stderr } = runClient(`${app}#root`, [{ y: 1 }])

    expect(stderr).toMatch(/RuntimeError: SCHEMA_MISMATCH: .*"x" is missing/)
    expect(status).toBe(1)
  })

  test('calls a stage over a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'client-'))
    const address = `unix:${join(folder, 's.sock')}`
    const args = [cascade, 'serve', app, '--stage', 'root', '--listen', address]
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      let log = ''
      while (!log.includes('listening')) log += String((await once(server.stderr, 'data'))[0])

      const { stdout } = runClient(address, [{ x: 0.5 }, { x: -1.5 }])

      expect(JSON.parse(stdout)).toEqual(answered)
    } finally {
      server.kill('SIGTERM')
      await once(server, 'exit')
      rmSync(folder, { recursive: true })
    }
  })
})

function runClient(target: string, rows: readonly object[]): SpawnSyncReturns<string> {
  const env = { ...process.env, CASCADE: `${process.execPath} ${cascade}` }
  return spawnSync(python, [client, target, JSON.stringify(rows)], { encoding: 'utf8', env })
}
