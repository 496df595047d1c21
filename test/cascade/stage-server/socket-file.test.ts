import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test } from 'vitest'
import { socketPathOf } from '../../../packages/cascade/dist/wire/socket-path.js'
import { told } from '../../apps/handoffs.ts'
import { rejectionOf } from '../handoff/rejection-of.ts'
import { SocketFolder } from './socket-folder.ts'

const sockets = new SocketFolder()
afterEach(() => sockets.close())
afterAll(() => sockets.remove())

const module = new URL('../../../packages/cascade/dist/stage-server/frame-listener.js', import.meta.url)

test('C60 a socket is of its user alone, and gone when its listener is closed', async () => {
  const { path, listener } = await sockets.serve([told])

  const { mode } = lstatSync(path)
  await listener.close('drain')

  expect((mode & 0o777).toString(8)).toBe('600')
  expect(existsSync(path)).toBe(false)
  expect(readdirSync(sockets.path)).toEqual([])
})

test('C60 a stale socket gives way, one that somebody listens on does not', async () => {
  const path = sockets.next()
  const left = await listenAndDie(path, 'SIGKILL')

  const first = await sockets.serveAt(path, [told])
  const second = await rejectionOf(sockets.serveAt(path, [told]))

  expect(left).toBe(true)
  expect(second).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(String(second)).toContain('another process listens on')
  expect(await answers(path)).toBe(true)
  await first.listener.close('abort')
})

test('C60 a process that ends takes its socket away', async () => {
  const left = await listenAndDie(sockets.next(), 'exit')

  expect(left).toBe(false)
})

test('a listener does not take away what another has put in its place', async () => {
  const { path, listener } = await sockets.serve([told])
  const other = createServer()
  rmSync(path)
  await new Promise<void>((resolve) => void other.listen({ path }, () => resolve()))

  await listener.close('drain')

  expect(await answers(path)).toBe(true)
  other.close()
})

test.each([
  ['a file', (path: string) => writeFileSync(path, 'mine'), 'is there, and is no socket'],
  ['a folder', (path: string) => mkdirSync(path), 'is there, and is no socket'],
  ['a link', (path: string) => symlinkSync('elsewhere.sock', path), 'is there, and is no socket'],
])('C121 %s at the path of a socket is left alone', async (_, put, problem) => {
  const path = sockets.next()
  put(path)

  const error = await rejectionOf(sockets.serveAt(path, [told]))

  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(String(error)).toContain(problem)
  expect(lstatSync(path).isSocket()).toBe(false)
})

test.each([
  ['unix:run/s.sock', 'must be absolute'],
  ['unix:/run/%00s.sock', 'must have no control characters'],
  ['unix:/run/s.sock/', 'must name a file'],
  ['unix:/run/a%2F..%2Fs.sock', 'must name a file, without "." and ".."'],
  [`unix:/run/${'s'.repeat(120)}.sock`, 'must have at most 107 bytes'],
  ['unix://host/run/s.sock', 'expected an address such as'],
  ['unix:/run/s.sock?mode=777', 'expected an address such as'],
  ['http://host/run/s.sock', 'expected an address such as'],
])('C121 %s is no address of a socket', (address, problem) => {
  expect(() => socketPathOf(new URL(address))).toThrow(problem)
})

test('a folder that is not there is named', async () => {
  const path = join(sockets.path, 'nowhere', 's.sock')

  const error = await rejectionOf(sockets.serveAt(path, [told]))

  expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
  expect(String(error)).toContain(`cannot listen on "${path}" (ENOENT)`)
})

/** Whether the socket is still there after a process that listened on it. */
async function listenAndDie(path: string, how: 'SIGKILL' | 'exit'): Promise<boolean> {
  const code = `
    const { openFrameListener } = await import('${module.href}')
    const clock = { now: () => 0, after: () => () => undefined, endOfTurn: setImmediate }
    await openFrameListener(new URL('unix:${path}'), { service: { contracts: [] }, clock, log: console })
    console.log('listening')
    process.stdin.once('data', () => process.exit(0))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  expect(lstatSync(path).isSocket()).toBe(true)
  if (how === 'exit') child.stdin.end('now')
  else child.kill(how)
  await once(child, 'exit')
  return existsSync(path)
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
