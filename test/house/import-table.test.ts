import { describe, expect, test } from 'vitest'
import { filesUnder, importsOf, resolveImport, type SourceFile } from './source-file.ts'

/** Which packages each of ours may import. */
const packageTable: Readonly<Record<string, readonly string[]>> = {
  core: ['flatbuffers', 'typebox', 'typebox/compile', 'apache-arrow', 'nodejs-polars'],
  worker: [
    '@msgpack/msgpack',
    '@redesmyn/core',
    'apache-arrow',
    'esbuild',
    'lossless-json',
    'nodejs-polars',
    'onnxruntime-node',
    'pino',
    'pino-pretty',
    'piscina',
    'typebox',
    'typebox/compile',
    'uWebSockets.js',
    'yaml',
  ],
  cascade: [
    '@bokuweb/zstd-wasm',
    '@redesmyn/core',
    '@redesmyn/worker',
    'commander',
    'fzstd',
    'nodejs-polars',
    'parquet-wasm',
    'piscina',
    'tinyglobby',
    'typebox/compile',
    'undici',
    'yaml',
  ],
}

/** Costly or native: every thread would pay for them, so they may be loaded by whoever needs them, never at import. */
const lazyPackages = [
  '@bokuweb/zstd-wasm',
  '@msgpack/msgpack',
  'apache-arrow',
  'esbuild',
  'fzstd',
  'nodejs-polars',
  'onnxruntime-node',
  'parquet-wasm',
  'pino-pretty',
  'typebox',
  'typebox/compile',
  'uWebSockets.js',
  'undici',
  'yaml',
]

/** Which rooms each room may import from, beside itself. */
const roomTable: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  core: {
    errors: [],
    clock: [],
    schema: ['errors'],
    'record-batch': ['errors', 'schema'],
    batch: ['errors', 'clock', 'schema', 'record-batch', 'queue'],
    queue: ['errors', 'clock', 'schema', 'record-batch', 'batch'],
    handler: ['errors', 'clock', 'schema', 'record-batch', 'batch'],
    model: ['errors', 'schema', 'batch', 'handler'],
    stage: ['errors', 'clock', 'schema', 'record-batch', 'batch', 'queue', 'handler'],
    pipeline: ['errors', 'schema', 'record-batch', 'handler', 'stage'],
    codec: ['errors', 'schema', 'record-batch', 'queue'],
    middleware: ['errors'],
    endpoint: ['errors', 'schema', 'handler', 'middleware', 'model', 'stage', 'pipeline', 'codec'],
    service: ['errors', 'schema', 'handler', 'middleware', 'model', 'stage', 'endpoint'],
  },
  worker: {
    config: [],
    observe: ['config', 'http', 'pipeline'],
    memory: ['thread'],
    app: ['config'],
    model: [],
    interop: ['model'],
    thread: ['memory', 'app', 'model', 'interop', 'observe', 'stream'],
    stream: ['memory', 'thread'],
    child: ['memory', 'interop', 'thread', 'observe'],
    pipeline: ['memory', 'thread', 'child', 'model', 'observe', 'stream'],
    http: ['app', 'memory', 'model', 'observe', 'pipeline', 'stream'],
    openapi: ['app', 'http'],
    run: ['config', 'app', 'memory', 'model', 'observe', 'pipeline', 'thread'],
    server: ['config', 'observe', 'memory', 'app', 'model', 'thread', 'pipeline', 'http', 'openapi'],
  },
  cascade: {
    source: [],
    sink: ['source'],
    handoff: [],
    wire: ['handoff'],
    between: ['handoff', 'wire'],
    'stage-server': ['handoff', 'wire'],
    partition: ['handoff'],
    graph: ['source', 'sink', 'handoff'],
    run: ['between', 'graph', 'handoff', 'source', 'sink'],
    deploy: ['graph', 'run'],
    cli: ['between', 'deploy', 'graph', 'handoff', 'run', 'source', 'sink', 'stage-server', 'wire'],
  },
}

/** Types that cannot be told without each other; nothing of them is left when the code runs. */
const knotTable: readonly { readonly files: readonly string[]; readonly why: string }[] = [
  {
    files: ['formed-batch', 'span', 'ticket', 'waiter'],
    why: 'a waiter is answered by spans, a batch lists its spans',
  },
  {
    files: ['any-medium', 'any-stage'],
    why: 'a stage knows what takes its rows elsewhere, and that makes a stage of it',
  },
  {
    files: ['slab', 'slab-source'],
    why: 'the rows of a slab may lie in another one',
  },
  {
    files: ['column-vector', 'list-vector', 'fixed-list-vector', 'struct-vector', 'read-items', 'read-row'],
    why: 'a column of lists or structs holds columns',
  },
]

for (const [name, rooms] of Object.entries(roomTable)) {
  const files = filesUnder(`packages/${name}/src`, ['.ts'])
  const indexPath = `packages/${name}/src/index.ts`

  describe(`package ${name}`, () => {
    test('imports only the packages of its table', () => {
      const allowed = packageTable[name] ?? []
      const strangers = packageImports(files)
        .filter(({ specifier }) => !allowed.includes(specifier) && !isBuiltinAllowed(name, specifier))
        .map(({ file, specifier }) => `${file.path} imports ${specifier}`)

      expect(strangers).toEqual([])
    })

    test('loads costly packages only when they are needed', () => {
      const eager = packageImports(files)
        .filter(({ specifier, isTypeOnly, isDynamic }) => lazyPackages.includes(specifier) && !isTypeOnly && !isDynamic)
        .map(({ file, specifier }) => `${file.path} loads ${specifier}`)

      expect(eager).toEqual([])
    })

    test('has rooms that import only what their table allows', () => {
      const strangers = files.flatMap((file) => {
        if (file.path === indexPath) return []
        const room = roomOf(file.path)
        const allowed = [room, ...(rooms[room] ?? [])]
        return localImports(file)
          .filter((path) => !allowed.includes(roomOf(path)))
          .map((path) => `${file.path} imports ${path}`)
      })

      expect(strangers).toEqual([])
    })

    test('has only rooms of the table', () => {
      const found = new Set(files.filter(({ path }) => path !== indexPath).map(({ path }) => roomOf(path)))

      expect([...found].filter((room) => !Object.hasOwn(rooms, room))).toEqual([])
    })

    test('imports its own index nowhere, and nothing through a parent of src', () => {
      const wrong = files.flatMap((file) =>
        localImports(file)
          .filter((path) => path === indexPath || !path.startsWith(`packages/${name}/src/`))
          .map((path) => `${file.path} imports ${path}`),
      )

      expect(wrong).toEqual([])
    })

    test('has no files that load each other in a circle', () => {
      expect(findKnots(files, 'values')).toEqual([])
    })

    test('has no types that name each other in a circle, but those of the table', () => {
      const strangers = findKnots(files, 'all').filter(
        (knot) => !knotTable.some((known) => isWithin(knot, known.files)),
      )

      expect(strangers).toEqual([])
    })
  })
}

interface PackageImport {
  readonly file: SourceFile
  readonly specifier: string
  readonly isTypeOnly: boolean
  readonly isDynamic: boolean
}

function packageImports(files: readonly SourceFile[]): PackageImport[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => !specifier.startsWith('.'))
      .map((statement) => ({ file, ...statement })),
  )
}

function isBuiltinAllowed(name: string, specifier: string): boolean {
  return name !== 'core' && specifier.startsWith('node:')
}

function localImports(file: SourceFile, kind: 'all' | 'values' = 'all'): string[] {
  return importsOf(file)
    .filter(({ specifier, isTypeOnly, isDynamic }) => {
      return specifier.startsWith('.') && (kind === 'all' || !(isTypeOnly || isDynamic))
    })
    .map(({ specifier }) => resolveImport(file, specifier))
}

/** `packages/core/src/batch/span.ts` → `batch` */
function roomOf(path: string): string {
  return path.split('/')[3] ?? ''
}

/** Groups of files each of which reaches the others by its imports, as sorted names without folder and ending. */
function findKnots(files: readonly SourceFile[], kind: 'all' | 'values'): string[][] {
  const edges = new Map(files.map((file) => [file.path, localImports(file, kind)]))
  const reach = new Map(files.map(({ path }) => [path, reachableFrom(path, edges)]))
  const knots = files.map(({ path }) => {
    const reached = reach.get(path) ?? new Set()
    return [...reached].filter((other) => reach.get(other)?.has(path)).map(nameOf)
  })
  const unique = new Map(
    knots.filter((knot) => knot.length > 0).map((knot) => [knot.toSorted().join(), knot.toSorted()]),
  )
  return [...unique.values()]
}

function reachableFrom(path: string, edges: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>()
  const open = [path]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const target of edges.get(next) ?? []) {
      if (reached.has(target)) continue
      reached.add(target)
      open.push(target)
    }
  }
  return reached
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.ts$/, '')
}

function isWithin(knot: readonly string[], known: readonly string[]): boolean {
  return knot.every((name) => known.includes(name))
}
