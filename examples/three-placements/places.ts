import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const cascade = fileURLToPath(new URL('../bin/cascade.js', import.meta.resolve('@redesmyn/cascade')))

/** The flow of the taxi example, whose stage `score` runs a model. */
export const flow = fileURLToPath(new URL('../taxi/flow.ts', import.meta.url))

/** Somewhere for the stage to run. */
export interface Place {
  readonly name: string
  /** Why it cannot be had on this machine; undefined where it can. */
  readonly missing: string | undefined
  open(folder: string): Promise<OpenPlace>
}

export interface OpenPlace {
  /** Words before the command of the run: they put it where it reaches the stage. */
  readonly enter: readonly string[]
  readonly flags: readonly string[]
  close(): Promise<void>
}

/** Where a stage can run, nearest first. */
export const places: readonly Place[] = [
  {
    name: 'in this process',
    missing: undefined,
    open: async () => ({ enter: [], flags: [], close: async () => undefined }),
  },
  {
    name: 'in another process, over a Unix socket',
    missing: undefined,
    async open(folder) {
      const socket = join(folder, 'score.sock')
      const close = await offer([], [`unix:${socket}`])
      return { enter: [], flags: ['--place', `score=app:${socket}`], close }
    },
  },
  { name: 'on another host, over HTTP', missing: whyNoHosts(), open: openHost },
]

/** Two networks with a cable between them: to sockets they are two hosts. */
async function openHost(): Promise<OpenPlace> {
  const [here, there] = [`three${process.pid}a`, `three${process.pid}b`]
  for (const name of [here, there]) ip('netns', 'add', name)
  ip('-n', here, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', there)
  for (const [name, address] of [
    [here, '10.78.0.1/24'],
    [there, '10.78.0.2/24'],
  ]) {
    ip('-n', name, 'addr', 'add', address, 'dev', 'cable')
    ip('-n', name, 'link', 'set', 'cable', 'up')
    ip('-n', name, 'link', 'set', 'lo', 'up')
  }
  // Nobody else is on this cable; between real hosts it is https, and the flag is not needed.
  const close = await offer(['ip', 'netns', 'exec', there], ['http://10.78.0.2:8001', '--insecure'])
  return {
    enter: ['ip', 'netns', 'exec', here],
    flags: ['--place', 'score=host:http://10.78.0.2:8001'],
    async close() {
      await close()
      for (const name of [here, there]) ip('netns', 'del', name)
    },
  }
}

/** `cascade serve --stage` in a process of its own; resolves when it listens, with what ends it. */
async function offer(enter: readonly string[], listen: readonly string[]): Promise<() => Promise<void>> {
  const words = [...enter, process.execPath, cascade, 'serve', flow, '--stage', 'score', '--listen', ...listen]
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] })
  const lines: string[] = []
  for await (const line of createInterface(child.stderr)) {
    lines.push(line)
    if (!line.includes('"event":"listening"')) continue
    child.stderr.resume()
    return async () => {
      child.kill('SIGTERM')
      await once(child, 'close')
    }
  }
  throw new Error(`the stage could not be offered:\n${lines.join('\n')}`)
}

function whyNoHosts(): string | undefined {
  const name = `three${process.pid}try`
  const { error, status } = spawnSync('ip', ['netns', 'add', name])
  if (error !== undefined || status !== 0) return 'only root can make networks, with the command "ip"'
  ip('netns', 'del', name)
  return undefined
}

function ip(...words: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`ip ${words.join(' ')} failed: ${stderr.trim()}`)
}
