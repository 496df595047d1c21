import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const script = fileURLToPath(new URL('./endless-run.js', import.meta.url))

async function startRun(manner: 'hearing' | 'deaf'): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, manner, 'run', 'flow.ts#scored'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await once(child.stderr, 'data')
  return child
}

async function endOf(child: ChildProcess) {
  const [code, signal] = await once(child, 'close')
  return { code, signal }
}

describe('a run in a process of its own', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 by %s, and says how to go on', async (signal) => {
    const child = await startRun('hearing')
    const stderr = text(child.stderr ?? Readable.from([]))

    child.kill(signal)

    expect(await endOf(child)).toEqual({ code: 130, signal: null })
    expect(await stderr).toContain(`${signal}: the run stops`)
    expect(await stderr).toContain('next:  go on with: cascade run flow.ts#scored')
  })

  test('that does not heed the first signal is ended by the second', async () => {
    const child = await startRun('deaf')

    child.kill('SIGINT')
    await once(child.stderr ?? child, 'data')
    child.kill('SIGINT')

    expect(await endOf(child)).toEqual({ code: null, signal: 'SIGKILL' })
  })

  test('a reader of stdout that leaves before the end is no failure', async () => {
    const words = [script, 'hearing', 'status', 'out', '--json']
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    const stderr = text(child.stderr)
    child.stdout.once('data', () => child.stdout.destroy())

    expect(await endOf(child)).toEqual({ code: 0, signal: null })
    expect(await stderr).toBe('')
  })
})
