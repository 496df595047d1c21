import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { root } from './source-file.ts'

/** Prints, as JSON, the packages and native libraries that a process holds after importing one package. */
const probe = `
  import { register } from 'node:module'
  import { createRequire } from 'node:module'
  import { MessageChannel } from 'node:worker_threads'
  const { port1, port2 } = new MessageChannel()
  const urls = []
  // Loads are told in order: once this empty module was told, so was everything before it.
  const end = 'data:text/javascript,end'
  const isTold = new Promise((resolve) => {
    port1.on('message', (url) => (url === end ? resolve() : urls.push(url)))
  })
  const hooks = \`
    let port
    export function initialize(data) { port = data }
    export async function load(url, context, next) { port.postMessage(url); return next(url, context) }
  \`
  register('data:text/javascript,' + encodeURIComponent(hooks), { data: port2, transferList: [port2] })
  await import(process.argv[1])
  await import(end).catch(() => {})
  await isTold
  port1.close()
  const paths = [...urls, ...Object.keys(createRequire(import.meta.url).cache)]
  const packages = new Set(paths.flatMap((path) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(path)?.[1] ?? []))
  const natives = process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node'))
  console.log(JSON.stringify({ packages: [...packages].sort(), natives }))
`

interface Loaded {
  readonly packages: readonly string[]
  readonly natives: readonly string[]
}

function loadedBy(name: string): Loaded {
  const args = ['--conditions=unbundled', '--input-type=module', '--eval', probe, name]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: `${root}test`, encoding: 'utf8' })
  expect(stderr).not.toContain('Error')
  const loaded: Loaded = JSON.parse(stdout)
  return loaded
}

/** Small, and pure JavaScript. */
const allowed = ['flatbuffers', 'lossless-json']

// An app imports them in every thread: what a thread does not need is to be loaded by whoever does.
test.each(['core', 'worker', 'cascade'])(
  'importing %s loads no native library, and no package that is slow to load',
  (name) => {
    const { packages, natives } = loadedBy(`@redesmyn/${name}`)

    expect(packages.filter((loaded) => !allowed.includes(loaded))).toEqual([])
    expect(natives).toEqual([])
  },
)
