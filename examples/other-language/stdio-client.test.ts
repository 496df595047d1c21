import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

/** The interpreter that has pyarrow: `PYTHON`, or else the one of the path. */
const python = process.env.PYTHON ?? 'python3'
const hasPyarrow = spawnSync(python, ['-c', 'import pyarrow'], { stdio: 'ignore' }).status === 0
const client = fileURLToPath(new URL('./stdio_client.py', import.meta.url))
const app = fileURLToPath(new URL('../exp/app.ts', import.meta.url))
const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))
const answered = { stage: 'exp', rows: [{ y: Math.exp(0.5) }, { y: Math.exp(1.5) }], rejects: [] }

describe.skipIf(!hasPyarrow)('a client in Python', { timeout: 60_000 }, () => {
  test('C102 calls a stage over stdin and stdout of the command', () => {
    const { status, stdout } = runClient(`${app}#exp`, [{ x: 0.5 }, { x: 1.5 }])

    expect(JSON.parse(stdout)).toEqual(answered)
    expect(status).toBe(0)
  })

  test('is told what is wrong with its columns', () => {
    const { status, stderr } = runClient(`${app}#exp`, [{ y: 1 }])

    expect(stderr).toMatch(/RuntimeError: SCHEMA_MISMATCH: .*"x" is missing/)
    expect(status).toBe(1)
  })

  test('calls a stage over a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'client-'))
    const address = `unix:${join(folder, 's.sock')}`
    const args = [cascade, 'serve', app, '--stage', 'exp', '--listen', address]
    const server = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      let log = ''
      while (!log.includes('listening')) log += String((await once(server.stderr, 'data'))[0])

      const { stdout } = runClient(address, [{ x: 0.5 }, { x: 1.5 }])

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
