import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const cascade = fileOf('../../../packages/cascade/bin/cascade.js')
const app = fileOf('../../../examples/exp/app.ts')
/** A network of its own has a loopback device that is down: not even TCP to itself goes. */
const canSplit = spawnSync('unshare', ['--net', 'true']).status === 0

test('R130 a stage of another process is called where not even loopback TCP goes', {
  timeout: 60_000,
}, ({ skip }) => {
  skip(!canSplit, 'a network of its own can only be made by root')
  const folder = mkdtempSync(join(tmpdir(), 'split-'))
  const call = [process.execPath, fileOf('./call-without-network.js'), cascade, app, join(folder, 's.sock')]

  const { status, stdout, stderr } = spawnSync('unshare', ['--net', ...call], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })

  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    tcp: 'ENETUNREACH',
    rows: [{ y: Math.exp(0.5) }, { y: Math.exp(1.5) }],
    transport: 'unix',
  })
  expect(status).toBe(0)
})
