import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CascadeProcess } from './cascade-process.ts'

let folder: string
let cascade: CascadeProcess

/** An app whose answers carry a number, with a schema that may be another. */
async function writeApp(version: number, bound = 1000): Promise<void> {
  const code = `
    import { endpoint, stage } from '@redesmyn/core'
    import { Type } from 'typebox'
    const Point = Type.Object({ x: Type.Number({ maximum: ${bound} }) })
    const Answer = Type.Object({ version: Type.Number() })
    export const versioned = stage({
      name: 'versioned', input: Point, output: Answer, threads: 2,
      handler: (batch) => batch.rows().map(() => ({ version: ${version} })),
    })
    export default endpoint('/versioned', versioned)`
  await writeFile(join(folder, 'app.ts'), code)
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'restart-'))
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'))
  await writeApp(1)
  cascade = new CascadeProcess(['serve', join(folder, 'app.ts'), '--port', '0'])
})

afterEach(async () => {
  cascade.kill('SIGKILL')
  await cascade.ended
  await rm(folder, { recursive: true })
})

async function ask(url: string): Promise<readonly [status: number, text: string]> {
  const response = await fetch(`${url}/versioned`, { method: 'POST', body: '{"x":1}' })
  return [response.status, await response.text()]
}

describe('SIGHUP', () => {
  test('M125 brings changed code in, one thread after another, and no request fails meanwhile', async () => {
    const url = await cascade.url()
    const statuses = new Set<number>()
    let isOver = false
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) statuses.add((await ask(url))[0])
    })
    await writeApp(2)
    cascade.kill('SIGHUP')
    await cascade.event('restarted')
    isOver = true
    await Promise.all(clients)
    const after = await Promise.all(Array.from({ length: 10 }, () => ask(url)))

    expect([...statuses]).toEqual([200])
    expect(after.map(([, text]) => text)).toEqual(after.map(() => '{"version":2}'))
    expect(await cascade.event('restarted')).toMatchObject({ isChanged: true })
  })

  test('another schema is refused by name, and so is an app that does not load: what served serves on', async () => {
    const url = await cascade.url()
    await writeApp(2, 5)
    cascade.kill('SIGHUP')
    const refused = await cascade.event('restartFailed')

    expect(refused).toMatchObject({ err: { message: expect.stringContaining('stage "versioned" have changed') } })
    expect(await ask(url)).toEqual([200, '{"version":1}'])

    await writeFile(join(folder, 'app.ts'), 'export const = 1')
    cascade.kill('SIGHUP')
    await expect.poll(() => cascade.log.filter(({ event }) => event === 'restartFailed').length).toBe(2)
    expect(await ask(url)).toEqual([200, '{"version":1}'])
  })
})
