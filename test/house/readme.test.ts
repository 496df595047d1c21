import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSource, root } from './source-file.ts'

const readme = readSource('README.md').text
let folder: string
let server: ChildProcess
let origin: string

beforeAll(async () => {
  // Inside the repository, so that its packages are found as in a project of a user.
  const built = join(root, 'test', 'dist')
  await mkdir(built, { recursive: true })
  folder = await mkdtemp(join(built, 'readme-'))
  await writeFile(join(folder, 'app.ts'), codeBlock('ts'))
  const bin = join(root, 'node_modules', '.bin', 'cascade')
  server = spawn(bin, ['serve', 'app.ts', '--port', '0'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  origin = await listeningUrl(server)
})

afterAll(async () => {
  if (server.exitCode === null) {
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  }
  await rm(folder, { recursive: true })
})

test('the stage of the README answers what the README shows', async () => {
  const calls = [...codeBlock('console').matchAll(/^\$ curl -d '(.+)' http:\/\/127\.0\.0\.1:8000(\S+)\n(.+)$/gm)]

  for (const [, body, path, shown = ''] of calls) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await fetch(`${origin}${path}`, { method: 'POST', headers, body })
    const text = await response.text()

    expect(text.replace(/"id":"[0-9a-f-]{36}"/, '"id":"…"')).toBe(shown)
  }
  expect(calls).toHaveLength(2)
})

test('the run of the README writes what the README shows', async () => {
  await writeFile(join(folder, 'flow.ts'), codeBlock('ts', 1))
  const shown = codeBlock('console', 1).split('\n').slice(0, -1)
  const [, points = ''] = /^\$ printf '(.+)' > points\.ndjson$/.exec(shown[0]) ?? []
  await writeFile(join(folder, 'points.ndjson'), points.replaceAll('\\n', '\n'))

  const run = await started(['run', 'flow.ts#powers', '--quiet'])

  const [name] = (await readdir(join(folder, 'out/powers'))).filter((entry) => entry.startsWith('part-'))
  const written = await readFile(join(folder, 'out/powers', name), 'utf8')
  expect(run).toBe(0)
  expect(written.split('\n').slice(0, -1)).toEqual(shown.slice(4))
})

test('the stage of the README takes ten lines', () => {
  const lines = codeBlock('ts')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('//'))

  expect(lines.length).toBeLessThanOrEqual(10)
})

/** `place`: among the blocks of that language, from 0. */
function codeBlock(language: string, place = 0): string {
  const blocks = [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))]
  return blocks[place]?.[1] ?? ''
}

/** How a command in the folder ended. */
async function started(words: readonly string[]): Promise<number | null> {
  const command = spawn(join(root, 'node_modules', '.bin', 'cascade'), words, { cwd: folder, stdio: 'ignore' })
  await once(command, 'close')
  return command.exitCode
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new TypeError('the log is not piped')
  const lines: string[] = []
  for await (const line of createInterface(child.stderr)) {
    lines.push(line)
    const [, url] = /"url":"([^"]+)"/.exec(line) ?? []
    if (url !== undefined && line.includes('listening')) {
      child.stderr.resume()
      return url
    }
  }
  throw new Error(`the server ended before it listened:\n${lines.join('\n')}`)
}
